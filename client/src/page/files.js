// Files that people save and open; nothing leaves the device.

/** @param {string} name @param {string} content @param {string} type */
export function saveFile(name, content, type) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** @param {HTMLInputElement} input @param {(file: File) => unknown} take the picture chosen in an input, which is then emptied */
export function onPicture(input, take) {
  input.addEventListener("change", async () => {
    const file = input.files?.[0];
    if (file) await take(file);
    input.value = "";
  });
}

/** Text of the file chosen in an input, then the input is emptied. @param {HTMLInputElement} input @param {(text: string) => unknown} take */
export function onFile(input, take) {
  input.addEventListener("change", async () => {
    const file = input.files?.[0];
    const text = file && file.size < 100_000 ? await file.text() : "";
    input.value = "";
    await take(text);
  });
}

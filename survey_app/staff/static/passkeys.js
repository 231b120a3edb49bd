// A button with data-passkey ("get" or "create") asks the browser for a passkey and sends its answer with the form.
// What is to be signed stands in the page; nothing is fetched.
'use strict';

for (const button of document.querySelectorAll('[data-passkey]')) {
  const form = button.closest('form');
  const isGet = button.dataset.passkey === 'get';
  const parse = isGet ? 'parseRequestOptionsFromJSON' : 'parseCreationOptionsFromJSON';
  const isKnown = typeof PublicKeyCredential !== 'undefined' && typeof PublicKeyCredential[parse] === 'function';
  if (!isKnown) continue; // the button stays hidden, the sentence about it stays shown
  button.hidden = false;
  for (const note of form.querySelectorAll('[data-no-passkey]')) note.hidden = true;
  button.addEventListener('click', async () => {
    const trouble = form.querySelector('[data-passkey-trouble]');
    trouble.hidden = true;
    button.disabled = true;
    try {
      const publicKey = PublicKeyCredential[parse](JSON.parse(form.querySelector('[data-passkey-options]').textContent));
      const answer = isGet
        ? await navigator.credentials.get({ publicKey })
        : await navigator.credentials.create({ publicKey });
      form.querySelector('[data-passkey-answer]').value = JSON.stringify(answer.toJSON());
      form.submit();
    } catch {
      trouble.hidden = false;
      trouble.focus();
      button.disabled = false;
    }
  });
}

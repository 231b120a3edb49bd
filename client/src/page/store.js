// A key-value store in IndexedDB: what must survive a reload, a crash or a closed tab, on this device only.

const NAME = "pikir";
const STORE = "state";

/** @type {(() => unknown)[]} */
const listeners = [];

/** Hear of every change that this tab makes. @param {() => unknown} listener */
export const onChange = (listener) => listeners.push(listener);

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}

/**
 * Run one transaction; resolves after it is committed, so that what was stored is stored.
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore, done: (value: T) => void) => void} work
 * @param {IDBTransactionDurability} [durability] "relaxed" survives a closed tab, "strict" also a power failure
 * @returns {Promise<T>}
 */
async function transact(mode, work, durability = "relaxed") {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode, { durability });
      /** @type {T} */
      let result;
      transaction.oncomplete = () => resolve(result);
      transaction.onabort = () => reject(transaction.error);
      work(transaction.objectStore(STORE), (value) => (result = value));
    });
  } finally {
    database.close();
  }
}

/** @param {string} key @returns {Promise<any>} undefined if there is nothing */
export const load = (key) =>
  transact("readonly", (store, done) => {
    const request = store.get(key);
    request.onsuccess = () => done(request.result);
  });

/**
 * Replace the value by what change makes of it, in one transaction over all tabs; undefined removes it.
 * @param {string} key @param {(old: any) => any} change synchronous
 * @param {IDBTransactionDurability} [durability] @returns {Promise<any>} the new value
 */
export async function update(key, change, durability = "strict") {
  const value = await transact(
    "readwrite",
    (store, done) => {
      const request = store.get(key);
      request.onsuccess = () => {
        const value = change(request.result);
        if (value === undefined) store.delete(key);
        else store.put(value, key);
        store.transaction.commit?.();
        done(value);
      };
    },
    durability,
  );
  for (const listener of listeners) listener();
  return value;
}

/** @param {string} key */
export const remove = (key) => update(key, () => undefined);

/** All entries whose key begins with prefix. @param {string} prefix @returns {Promise<[string, any][]>} */
export const entries = (prefix) =>
  transact("readonly", (store, done) => {
    const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
    const keys = store.getAllKeys(range);
    const values = store.getAll(range);
    values.onsuccess = () => done(keys.result.map((key, index) => [String(key), values.result[index]]));
  });

/** Throws where the browser does not let a page keep anything. */
export async function probe() {
  sessionStorage.setItem("pikir/probe", "1");
  sessionStorage.removeItem("pikir/probe");
  await update("probe", () => 1, "relaxed");
  await update("probe", () => undefined, "relaxed");
}

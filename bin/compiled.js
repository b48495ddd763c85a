// A bundle of CommonJS and, beside it, what V8 has made of it: to parse it anew at each start would take long.
const { readFileSync, rmSync, writeFileSync } = require('node:fs');
const { createRequire, Module } = require('node:module');
const { dirname } = require('node:path');
const v8 = require('node:v8');
const { Script } = require('node:vm');

/** @param {string} file a bundle @returns {string} the file of its code cache */
const cacheOf = (file) => file.replace(/cjs$/, 'cache');

/**
 * @param {string} file
 * @param {Buffer} [cachedData] taken when it was made by the same version of V8 with the same flags
 * @returns {Script}
 */
function compile(file, cachedData) {
  return new Script(Module.wrap(readFileSync(file, 'utf8')), { filename: file, cachedData });
}

/**
 * As require() does, but with the code cache.
 * @param {string} file
 * @returns {any} what it exports
 */
exports.load = (file) => {
  let cachedData;
  try {
    cachedData = readFileSync(cacheOf(file));
  } catch {
    // without one it takes longer, no more
  }
  const module = { exports: {} };
  const run = compile(file, cachedData).runInThisContext();
  run(module.exports, createRequire(file), module, file, dirname(file));
  return module.exports;
};

/**
 * Makes the code cache, with every function in it: V8 would leave out those that have not been called.
 * @param {string} file
 */
exports.writeCache = (file) => {
  rmSync(cacheOf(file), { force: true });
  v8.setFlagsFromString('--no-lazy');
  const script = compile(file);
  // As it is when the cache is read: V8 compares the flags.
  v8.setFlagsFromString('--lazy');
  writeFileSync(cacheOf(file), script.createCachedData());
};

// A bundle, which is the function that Node.js makes of a CommonJS module, and beside it what V8 has made of it: to parse
// it anew at each start would take long.
const { readFileSync, rmSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname } = require('node:path');
const { Script } = require('node:vm');

/** @param {string} file a bundle @returns {string} the file of its code cache */
const cacheOf = (file) => file.replace(/cjs$/, 'cache');

/**
 * @param {string} file
 * @param {Buffer} [cachedData] taken when it was made by the same version of V8 with the same flags
 * @returns {Script}
 */
function compile(file, cachedData) {
  return new Script(readFileSync(file, 'utf8'), { filename: file, cachedData });
}

/** @param {string} file @param {Script} script @returns {any} what it exports */
function run(file, script) {
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  return module.exports;
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
  return run(file, compile(file, cachedData));
};

/**
 * Makes the code cache when this process ends, with those functions in it that have been called: with all of them a
 * start would take as long, and 3 MB more of memory.
 * @param {string} file
 * @param {(exports: any) => void} use calls what most uses of it call
 */
exports.writeCache = (file, use) => {
  rmSync(cacheOf(file), { force: true });
  const script = compile(file);
  process.once('exit', () => writeFileSync(cacheOf(file), script.createCachedData()));
  use(run(file, script));
};

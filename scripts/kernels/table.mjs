// What came out, as a table: tool and way of attaching × kernel.

/** @typedef {import('./report.mjs').Report} Report */
/** @typedef {{ tool: string, observation: string, plan: string }} Row */

/**
 * @param {readonly Row[]} rows
 * @param {readonly Report[]} reports
 * @returns {string} lines
 */
export function formatTable(rows, reports) {
  /** @type {string[]} */
  const reasons = [];
  const cell = (/** @type {Row} */ row, /** @type {Report} */ report) => {
    if (report.unavailable) return '-';
    const result = find(row, report);
    if (result?.state !== 'cannot') return result?.state ?? 'not tested';
    const reason = result.because ?? '';
    if (!reasons.includes(reason)) reasons.push(reason);
    return `cannot, because (${reasons.indexOf(reason) + 1})`;
  };
  const lines = rows.map((row) => [row.tool, row.observation, row.plan, ...reports.map((report) => cell(row, report))]);
  const notes = reasons.map((reason, i) => `(${i + 1}) ${reason}\n`);
  return align([['tool', 'observes', 'through', ...reports.map(({ kernel }) => kernel)], ...lines]) + notes.join('');
}

/**
 * Rows that a kernel's tests said nothing about.
 * @param {readonly Row[]} rows
 * @param {Report} report
 */
export function untested(rows, report) {
  return rows.filter((row) => !find(row, report));
}

/**
 * @param {Row} row
 * @param {Report} report
 */
function find({ tool, observation, plan }, { plans }) {
  const all = plans.filter((one) => one.tool === tool && one.observation === observation && one.plan === plan);
  return all.find(({ state }) => state === 'failed') ?? all[0];
}

/** @param {readonly (readonly string[])[]} lines */
function align(lines) {
  const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  return lines
    .map(
      (line) =>
        `${line
          .map((text, i) => text.padEnd(widths[i]))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/**
 * How the suite went on one kernel, in one line.
 * @param {Report} report
 */
export function summary({ kernel, passed, failed, skipped, seconds, trouble, unavailable }) {
  if (unavailable) return `${kernel}: unavailable: ${unavailable}`;
  const counts = [`${passed} passed`, `${failed} failed`, ...(skipped ? [`${skipped} skipped`] : [])].join(', ');
  return `${kernel}: ${counts} in ${Math.round(seconds)} s${trouble ? `; ${trouble.split('\n')[0]}` : ''}`;
}

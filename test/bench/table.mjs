import { median } from './median.mjs';

/** Prints each measurement beside its target. Returns whether every target was met. */
export function printTable({ starts, cost, callback, doctor, install, peers }) {
  const bare = median(starts.bare);
  const times = (name) => median(starts[name]) / bare;
  // Compared round by round, because both sides of a round meet the same machine; a difference of medians doesn't.
  const more = (many, one) =>
    row(`from ${one} to 500`, median(starts[many].map((ms, round) => ms - starts[one][round])), 'ms more', 5);
  const rows = [
    start('--version', 1.1),
    start('--help', 1.5),
    start('scopes', 1.5),
    start('status, 1 profile', 2.2),
    start('status, 500 profiles', null),
    start('token, 1 profile', 2.2),
    start('token, 500 profiles', null),
    more('status, 500 profiles', 'status, 1 profile'),
    more('token, 500 profiles', 'token, 1 profile'),
    row('redirect → page, on top of TikTok Shop’s answers', median(callback), 'ms', 50),
    row(`doctor, ${doctor.asked} requests answered after ${doctor.latency} ms each`, doctor.ms, 'ms', null),
    row('peak memory of scopes', cost.scopes.peak / cost.bare.peak, '× bare node', 1.25),
    row('packed', install.packed, 'KB', 480),
    row('packages installed, without the keychain’s', install.alone.packages, '', 1),
    row('packages installed', install.whole.packages, '', null),
    row('installed, without the keychain’s', install.alone.megabytes, 'MB', null),
    row('time to install, without the keychain’s', install.alone.seconds, 's', null),
    row('time to install', install.whole.seconds, 's', null),
    ...peers.flatMap(peerRows),
  ];
  return printRows(rows);

  function start(name, target) {
    const processor = (cost[name].cpu / cost.bare.cpu).toFixed(2);
    const note = `${median(starts[name]).toFixed(1)} ms; of the processor ${processor} ×`;
    return { ...row(name, times(name), '× bare node', target), note };
  }

  function peerRows({ title, packages, megabytes, seconds }) {
    const note = `${packages} packages, ${megabytes.toFixed(0)} MB, ${seconds.toFixed(0)} s to install`;
    return ['--version', '--help'].map((flag) => ({
      ...row(`${title} ${flag}`, times(`${title} ${flag}`), '× bare node', null),
      note: flag === '--help' ? '' : note,
    }));
  }
}

/** Whether every target was met. */
export function printRows(rows) {
  print(['what', 'measured', 'target', ''], rows.map(cells));
  return rows.every(({ value, target }) => target === null || value <= target);
}

export function row(what, value, unit, target, note = '') {
  return { what, value, unit, target, note };
}

function cells({ what, value, unit, target, note }) {
  const shown = (number) => `${Number.isInteger(number) ? number : number.toFixed(2)} ${unit}`.trim();
  const measured = Number.isNaN(value) ? 'does not run on this Node' : shown(value);
  if (target === null) return [what, measured, '', note];
  return [what, measured, `≤ ${target}`, [value <= target ? '' : 'MISSED', note].filter(Boolean).join(', ')];
}

function print(head, rows) {
  const widths = head.map((title, column) => Math.max(...[head, ...rows].map((line) => line[column].length), 3));
  const line = (texts) => `| ${texts.map((text, column) => text.padEnd(widths[column])).join(' | ')} |`;
  console.log([line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n'));
}

// Records a program in a pseudo-terminal and draws its screens as SVG: one screen, or all of them in turn.
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

const [cellWidth, lineHeight, edge] = [8.4, 19, 20];

/**
 * Runs a program in a pseudo-terminal to its end. Returns each screen that was visible for at least 50 ms, with its
 * duration in milliseconds, and the whole scrollback. `keys` are typed in order, each when its pattern appears.
 */
export async function record(file, args, { env, columns, rows, keys = [] }) {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 5000, allowProposedApi: true });
  const child = pty.spawn(file, args, { cols: columns, rows, env });
  const changes = [];
  const waiting = [...keys];
  await new Promise((resolve) => {
    child.onData((data) => {
      terminal.write(data, () => {
        const screen = screenOf(terminal, terminal.buffer.active.baseY, rows, columns);
        changes.push({ at: performance.now(), screen });
        const [next] = waiting;
        if (next !== undefined && next.after.test(textOf(screen))) {
          waiting.shift();
          child.write(next.type);
        }
      });
    });
    child.onExit(() => terminal.write('', resolve));
  });
  const { length } = terminal.buffer.active;
  return { frames: framesOf(changes), all: screenOf(terminal, 0, length, columns) };
}

const textOf = (screen) =>
  screen
    .map((cells) =>
      cells
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    )
    .join('\n');

/** Leaves out screens that were visible for less than 50 ms, and joins equal ones. */
function framesOf(changes) {
  const end = (changes.at(-1)?.at ?? 0) + 2_000;
  return changes
    .map(({ at, screen }, index) => ({ screen, ms: (changes[index + 1]?.at ?? end) - at }))
    .filter(({ ms }) => ms >= 50)
    .reduce((frames, frame) => {
      const before = frames.at(-1);
      if (before !== undefined && textOf(before.screen) === textOf(frame.screen)) before.ms += frame.ms;
      else frames.push({ ...frame });
      return frames;
    }, []);
}

function screenOf(terminal, first, count, columns) {
  const buffer = terminal.buffer.active;
  return Array.from({ length: count }, (_, row) => cellsOf(buffer.getLine(first + row), columns));
}

function cellsOf(line, columns) {
  return Array.from({ length: columns }, (_, column) => {
    const cell = line?.getCell(column);
    return {
      text: cell?.getChars() || ' ',
      width: cell?.getWidth() ?? 1,
      style: [cell?.isFgPalette() ? `c${cell.getFgColor()}` : '', cell?.isBold() ? 'b' : '', cell?.isDim() ? 'd' : '']
        .join(' ')
        .trim(),
    };
  }).filter(({ width }) => width > 0);
}

/** Returns the lines from the first that matches `from` to the last that matches `to`. */
export function linesBetween(rows, { from, to }) {
  const texts = textOf(rows).split('\n');
  const first = texts.findIndex((text) => from.test(text));
  const last = texts.findLastIndex((text) => to.test(text));
  if (first < 0 || last < first) throw new Error(`the run doesn’t show the expected lines:\n${texts.join('\n')}`);
  return rows.slice(first, last + 1);
}

/** Draws one screen as a picture. */
export function still(rows) {
  const { width, height } = sizeOf(rows);
  return document({ width, height, body: linesOf(rows) });
}

/**
 * Draws the screens as an animation that shows each for its duration and starts over at the end. All screens are on one
 * strip that moves step by step. Readers who prefer reduced motion see the last screen.
 */
export function moving(frames) {
  const { width, height } = sizeOf(frames[0].screen);
  const total = frames.reduce((sum, { ms }) => sum + ms, 0);
  let elapsed = 0;
  const steps = frames.map(({ ms }, index) => {
    const percent = ((elapsed / total) * 100).toFixed(3);
    elapsed += ms;
    return `${percent}%{transform:translateY(-${index * height}px)}`;
  });
  const last = `transform:translateY(-${(frames.length - 1) * height}px)`;
  const style = `@keyframes play{${steps.join('')}100%{${last}}}#strip{animation:play ${(total / 1000).toFixed(2)}s step-end infinite}@media(prefers-reduced-motion){#strip{animation:none;${last}}}`;
  const strip = frames.map(
    ({ screen }, index) => `<g transform="translate(0 ${index * height})">${linesOf(screen)}</g>`,
  );
  return document({ width, height, style, body: `<g id="strip">${strip.join('\n')}</g>` });
}

function sizeOf(rows) {
  const columns = Math.max(...rows.map((cells) => cells.reduce((sum, { width }) => sum + width, 0)));
  return { width: Math.round(columns * cellWidth + 2 * edge), height: rows.length * lineHeight + 2 * edge };
}

const light = 'text{fill:#1f2328}.bg{fill:#f6f8fa}.c1{fill:#cf222e}.c2{fill:#1a7f37}.c3{fill:#9a6700}.c6{fill:#0b7285}';
const dark = 'text{fill:#d6deeb}.bg{fill:#0d1117}.c1{fill:#ff7b72}.c2{fill:#7ee787}.c3{fill:#e3b341}.c6{fill:#76e3ea}';

function document({ width, height, style = '', body }) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}.b{font-weight:700}.d{opacity:.65}${light}@media(prefers-color-scheme:dark){${dark}}${style}</style>
<rect class="bg" width="100%" height="100%" rx="8"/>
${body}
</svg>
`;
}

function linesOf(rows) {
  return rows
    .map((cells, row) => {
      const y = (edge + (row + 0.75) * lineHeight).toFixed(1);
      const text = spans(cells);
      return text === '' ? '' : `<text x="${edge}" y="${y}">${text}</text>`;
    })
    .filter((line) => line !== '')
    .join('\n');
}

function spans(cells) {
  const runs = [];
  for (const { text, style } of cells) {
    const before = runs.at(-1);
    if (before?.style === style) before.text += text;
    else runs.push({ style, text });
  }
  const last = runs.at(-1);
  if (last !== undefined) last.text = last.text.trimEnd();
  const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return runs
    .filter(({ text }) => text !== '')
    .map(({ style, text }) => (style === '' ? escaped(text) : `<tspan class="${style}">${escaped(text)}</tspan>`))
    .join('');
}

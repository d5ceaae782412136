// Records a program in a pseudo-terminal and draws its screens as SVG: one screen, or all of them in turn.
import { spawn } from '@lydell/node-pty';
import xterm, { type IBuffer, type IBufferLine } from '@xterm/headless';

interface Cell {
  readonly text: string;
  readonly width: number;
  readonly style: string;
}

type Screen = readonly (readonly Cell[])[];

/** A screen and how long it was visible, in milliseconds. */
export interface Frame {
  readonly screen: Screen;
  readonly ms: number;
}

const [cellWidth, lineHeight, edge] = [8.4, 19, 20];

/** Runs a program in a pseudo-terminal to its end. Returns each screen visible for at least 50 ms, and the scrollback. */
export async function record(
  file: string,
  args: readonly string[],
  { env, columns, rows }: { env: Record<string, string | undefined>; columns: number; rows: number },
): Promise<{ frames: readonly Frame[]; all: Screen }> {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 5000, allowProposedApi: true });
  const child = spawn(file, [...args], { cols: columns, rows, env });
  const changes: Change[] = [];
  await new Promise<void>((resolve) => {
    child.onData((data) => {
      terminal.write(data, () => {
        const screen = screenOf(terminal.buffer.active, terminal.buffer.active.baseY, rows, columns);
        changes.push({ at: performance.now(), screen });
      });
    });
    child.onExit(() => terminal.write('', resolve));
  });
  const { length } = terminal.buffer.active;
  return { frames: framesOf(changes), all: screenOf(terminal.buffer.active, 0, length, columns) };
}

interface Change {
  readonly at: number;
  readonly screen: Screen;
}

const textOf = (screen: Screen): string =>
  screen
    .map((cells) =>
      cells
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    )
    .join('\n');

/** Leaves out screens that were visible for less than 50 ms, and joins equal ones. */
function framesOf(changes: readonly Change[]): readonly Frame[] {
  const end = (changes.at(-1)?.at ?? 0) + 2_000;
  return changes
    .map(({ at, screen }, index) => ({ screen, ms: (changes[index + 1]?.at ?? end) - at }))
    .filter(({ ms }) => ms >= 50)
    .reduce<{ screen: Screen; ms: number }[]>((frames, frame) => {
      const before = frames.at(-1);
      if (before !== undefined && textOf(before.screen) === textOf(frame.screen)) before.ms += frame.ms;
      else frames.push(frame);
      return frames;
    }, []);
}

const screenOf = (buffer: IBuffer, first: number, count: number, columns: number): Screen =>
  Array.from({ length: count }, (_, row) => cellsOf(buffer.getLine(first + row), columns));

function cellsOf(line: IBufferLine | undefined, columns: number): readonly Cell[] {
  return Array.from({ length: columns }, (_, column) => {
    const cell = line?.getCell(column);
    const text = cell?.getChars() ?? '';
    return {
      text: text === '' ? ' ' : text,
      width: cell?.getWidth() ?? 1,
      style: [
        cell?.isFgPalette() ? `c${String(cell.getFgColor())}` : '',
        cell?.isBold() ? 'b' : '',
        cell?.isDim() ? 'd' : '',
      ]
        .join(' ')
        .trim(),
    };
  }).filter(({ width }) => width > 0);
}

/** Returns the lines from the first that matches `from` to the last that matches `to`. */
export function linesBetween(rows: Screen, { from, to }: { from: RegExp; to: RegExp }): Screen {
  const texts = textOf(rows).split('\n');
  const first = texts.findIndex((text) => from.test(text));
  const last = texts.findLastIndex((text) => to.test(text));
  if (first < 0 || last < first) throw new Error(`the run doesn’t show the expected lines:\n${texts.join('\n')}`);
  return rows.slice(first, last + 1);
}

/** Draws one screen as a picture. */
export function still(rows: Screen): string {
  const { width, height } = sizeOf(rows);
  return document({ width, height, body: linesOf(rows) });
}

/**
 * Draws the screens as an animation that shows each for its duration and starts over at the end. All screens are on one
 * strip that moves step by step. Readers who prefer reduced motion see the last screen.
 */
export function moving(frames: readonly Frame[]): string {
  const { width, height } = sizeOf(frames[0]?.screen ?? []);
  const total = frames.reduce((sum, { ms }) => sum + ms, 0);
  let elapsed = 0;
  const steps = frames.map(({ ms }, index) => {
    const percent = ((elapsed / total) * 100).toFixed(3);
    elapsed += ms;
    return `${percent}%{transform:translateY(-${String(index * height)}px)}`;
  });
  const last = `transform:translateY(-${String((frames.length - 1) * height)}px)`;
  const style = `@keyframes play{${steps.join('')}100%{${last}}}#strip{animation:play ${(total / 1000).toFixed(2)}s step-end infinite}@media(prefers-reduced-motion){#strip{animation:none;${last}}}`;
  const strip = frames.map(
    ({ screen }, index) => `<g transform="translate(0 ${String(index * height)})">${linesOf(screen)}</g>`,
  );
  return document({ width, height, style, body: `<g id="strip">${strip.join('\n')}</g>` });
}

function sizeOf(rows: Screen): { width: number; height: number } {
  const columns = Math.max(...rows.map((cells) => cells.reduce((sum, { width }) => sum + width, 0)));
  return { width: Math.round(columns * cellWidth + 2 * edge), height: rows.length * lineHeight + 2 * edge };
}

const light = 'text{fill:#1f2328}.bg{fill:#f6f8fa}.c1{fill:#cf222e}.c2{fill:#1a7f37}.c3{fill:#9a6700}.c6{fill:#0b7285}';
const dark = 'text{fill:#d6deeb}.bg{fill:#0d1117}.c1{fill:#ff7b72}.c2{fill:#7ee787}.c3{fill:#e3b341}.c6{fill:#76e3ea}';

function document(picture: { width: number; height: number; style?: string; body: string }): string {
  const { style = '', body } = picture;
  const [width, height] = [String(picture.width), String(picture.height)];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}.b{font-weight:700}.d{opacity:.65}${light}@media(prefers-color-scheme:dark){${dark}}${style}</style>
<rect class="bg" width="100%" height="100%" rx="8"/>
${body}
</svg>
`;
}

function linesOf(rows: Screen): string {
  return rows
    .map((cells, row) => {
      const y = (edge + (row + 0.75) * lineHeight).toFixed(1);
      const text = spans(cells);
      return text === '' ? '' : `<text x="${String(edge)}" y="${y}">${text}</text>`;
    })
    .filter((line) => line !== '')
    .join('\n');
}

function spans(cells: readonly Cell[]): string {
  const runs: { style: string; text: string }[] = [];
  for (const { text, style } of cells) {
    const before = runs.at(-1);
    if (before?.style === style) before.text += text;
    else runs.push({ style, text });
  }
  const last = runs.at(-1);
  if (last !== undefined) last.text = last.text.trimEnd();
  const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return runs
    .filter(({ text }) => text !== '')
    .map(({ style, text }) => (style === '' ? escaped(text) : `<tspan class="${style}">${escaped(text)}</tspan>`))
    .join('');
}

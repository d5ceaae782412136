/** HTML that is safe to send: only the `html` tag makes it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | Markup | readonly Markup[];

/** Builds HTML. Escapes every string, so nothing from a request or an option can become markup. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(parts.map((part, at) => part + (at < values.length ? textOf(values[at] ?? '') : '')).join(''));
}

function textOf(value: Value): string {
  if (typeof value === 'string') return value.replaceAll(/[&<>"']/g, (one) => `&#${String(one.charCodeAt(0))};`);
  return value instanceof Markup ? value.text : value.map(({ text }) => text).join('\n');
}

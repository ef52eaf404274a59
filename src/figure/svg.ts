// SVG elements made without a browser, so that figures are drawn wherever the command runs.
import { DOMParser } from 'linkedom';

export interface Drawing {
  readonly document: Document;
  readonly root: SVGElement;
}

/** An empty SVG document. */
export function drawing(): Drawing {
  const empty = '<svg xmlns="http://www.w3.org/2000/svg"></svg>';
  const document = new DOMParser().parseFromString(empty, 'image/svg+xml') as unknown as Document;
  return { document, root: document.documentElement as unknown as SVGElement };
}

export type Attributes = Readonly<Record<string, string | number>>;

/** Appends `<name …>text</name>` to `parent`. */
export function append(
  parent: Element,
  name: string,
  attributes: Attributes = {},
  text?: string,
): SVGElement {
  const element = parent.ownerDocument.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, typeof value === 'number' ? String(Math.round(value * 100) / 100) : value);
  }
  if (text !== undefined) element.textContent = printable(text);
  parent.appendChild(element);
  return element;
}

/** Rounds coordinates to thousandths of a pixel: shorter, and free of the last digits of a runtime's logarithm. */
export function roundAttributes(element: Element): void {
  for (const { name, value } of [...element.attributes]) {
    if (name === 'aria-label' || !/\d\.\d{4}/.test(value)) continue;
    const rounded = value.replace(/-?\d+\.\d{4,}/g, (digits) =>
      String(Math.round(Number(digits) * 1000) / 1000),
    );
    element.setAttribute(name, rounded);
  }
}

/** Without the control characters and lone surrogates that XML does not allow. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  return text.replace(/[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/g, ' ').replace(/\p{Surrogate}/gu, '\ufffd');
}

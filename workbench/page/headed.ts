import { html, type TemplateResult } from "lit-html";

/** A heading of a level, with an id by which what it stands above is named. */
export const headed = (level: 2 | 3 | 4, id: string, content: unknown): TemplateResult => {
  switch (level) {
    case 2:
      return html`<h2 id=${id} tabindex="-1">${content}</h2>`;
    case 3:
      return html`<h3 id=${id} tabindex="-1">${content}</h3>`;
    case 4:
      return html`<h4 id=${id} tabindex="-1">${content}</h4>`;
  }
};

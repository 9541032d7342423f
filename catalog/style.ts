/** How the catalog's page looks: in light and dark, on wide screens, on telephones, and on paper. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #4a525c; --paper: #ffffff; --shade: #f3f5f7; --line: #c4cad1; --link: #0b57a4; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eaed; --soft: #b6bdc6; --paper: #16191d; --shade: #22272d; --line: #454d57; --link: #8ab8ff; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
main:focus { outline: none; }
h1 { font-size: 1.8rem; line-height: 1.25; margin: 1rem 0; }
h2 { font-size: 1.35rem; margin: 2.5rem 0 0.75rem; border-bottom: 1px solid var(--line); padding-bottom: 0.3rem; }
h3 { font-size: 1.1rem; margin: 2rem 0 0.5rem; }
p, li { max-width: 46rem; }
li { margin: 0.25rem 0; }
a { color: var(--link); }
a:focus-visible, .table:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 0.5rem; padding: 0.5rem 1rem; background: var(--paper); z-index: 1; }
nav { background: var(--shade); border-radius: 0.5rem; padding: 0.25rem 1.25rem 0.75rem; margin: 1.5rem 0; }
nav h2 { border: 0; margin: 0.75rem 0 0.25rem; font-size: 1.1rem; }
nav ul { margin: 0; padding-left: 1.2rem; }
code { font: 0.9em/1.4 ui-monospace, monospace; background: var(--shade); border-radius: 0.2rem; padding: 0.05em 0.25em; overflow-wrap: anywhere; }
.table { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: 0.95rem; }
table.wide { min-width: 44rem; }
caption { text-align: left; color: var(--soft); padding-bottom: 0.4rem; }
th, td { text-align: left; vertical-align: top; padding: 0.45rem 0.6rem; border: 1px solid var(--line); }
thead th { background: var(--shade); }
tbody th { font-weight: normal; white-space: nowrap; }
td { min-width: 6.5rem; }
@media print { nav, .skip { display: none; } .table { overflow: visible; } table.wide { min-width: 0; } tr { break-inside: avoid; } }
`;

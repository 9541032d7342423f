/** How the learner's page looks: in light and dark, on wide screens, on telephones, and on paper. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #4a525c; --paper: #ffffff; --shade: #f3f5f7; --line: #79828d; --link: #0b57a4; --on-link: #ffffff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eaed; --soft: #b6bdc6; --paper: #16191d; --shade: #22272d; --line: #89939e; --link: #8ab8ff; --on-link: #10151b; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
header, main, footer { max-width: 50rem; margin: 0 auto; padding: 0.75rem 1.25rem; }
header { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; justify-content: space-between; border-bottom: 1px solid var(--line); }
header p, header form { margin: 0; }
main { padding-bottom: 3rem; }
main:focus { outline: none; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 1rem 0; }
h2 { font-size: 1.3rem; margin: 2.25rem 0 0.5rem; }
h3 { font-size: 1.05rem; margin: 1.25rem 0 0.25rem; }
li { margin: 0.3rem 0; }
a { color: var(--link); }
a:focus-visible, button:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 3px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 0.5rem; padding: 0.5rem 1rem; background: var(--paper); z-index: 1; }
.said, .stands { background: var(--shade); border: 1px solid var(--line); border-left-width: 0.4rem; border-radius: 0.3rem; padding: 0.75rem 1rem; margin: 1rem 0; }
.said { border-color: var(--link); font-weight: 600; }
.stands { font-weight: 600; }
.soft { color: var(--soft); }
form { margin: 0.75rem 0; }
.forms { display: flex; flex-wrap: wrap; gap: 0.75rem; }
.forms form, .forms p { margin: 0; }
button, .button { display: inline-block; font: inherit; min-height: 2.75rem; padding: 0.55rem 1.1rem; border: 2px solid var(--link); border-radius: 0.4rem; background: var(--paper); color: var(--link); text-decoration: none; cursor: pointer; text-align: left; }
button.main, .button.main { background: var(--link); color: var(--on-link); }
button:hover, .button:hover { text-decoration: underline; }
details { border: 1px solid var(--line); border-radius: 0.4rem; margin: 0.5rem 0; }
summary { padding: 0.6rem 0.9rem; cursor: pointer; }
details > :not(summary) { margin: 0.25rem 0.9rem 0.75rem; }
dt { font-weight: 600; margin-top: 0.6rem; }
dd { margin: 0 0 0 1rem; }
code { font: 0.9em/1.4 ui-monospace, monospace; background: var(--shade); border-radius: 0.2rem; padding: 0.05em 0.25em; }
@media print { header form, .skip, .forms { display: none; } }
`;

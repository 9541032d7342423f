/**
 * Asks a store what it finds, with the reader that others wrote. Takes on its standard input where the reader is, the
 * store's address and how it is asked, and a list of queries; tells of each which statements it found, page by page.
 */
import { createRequire } from "node:module";
import { json } from "node:stream/consumers";

const { reader, endpoint, auth, queries } = await json(process.stdin);
const { default: XAPI } = createRequire(reader)("@xapi/xapi");
const xapi = new XAPI({ endpoint: `${endpoint}/`, auth, adapter: "fetch" });

const pagesOf = async (query) => {
  const pages = [];
  let { data } = await xapi.getStatements(query);
  for (;;) {
    pages.push(data.statements.map(({ id }) => id));
    if (!data.more) return pages;
    ({ data } = await xapi.getMoreStatements({ more: data.more }));
  }
};

const found = [];
for (const query of queries) found.push(await pagesOf(query));
process.stdout.write(JSON.stringify(found));

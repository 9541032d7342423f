import { figuresOf } from "./simulation/figures.ts";
import { HELP, readOptions, WrongOption } from "./simulation/options.ts";
import { simulate } from "./simulation/simulate.ts";
import { markdownOf } from "./simulation/table.ts";
import { textOf } from "./simulation/text.ts";

/** `npm run simulate`: what a load would come to. Gives 0, or 2 where the options are wrong. */
const main = (args: readonly string[]): number => {
  try {
    const { scenario, form } = readOptions(args);
    if (form === "help") {
      console.log(HELP);
      return 0;
    }
    const figures = figuresOf(scenario, simulate(scenario));
    if (form === "json") console.log(JSON.stringify(figures, null, 2));
    else console.log(form === "markdown" ? markdownOf(figures) : textOf(figures));
    return 0;
  } catch (error) {
    if (!(error instanceof WrongOption)) throw error;
    console.error(`${error.message}\nnpm run simulate -- --help tells the options.`);
    return 2;
  }
};

process.exitCode = main(process.argv.slice(2));

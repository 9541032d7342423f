import { doctorWith } from "../../cli/doctor.ts";

// `jlt doctor` where what listens on this machine stands for machines elsewhere, as it does in tests of a stage.
process.exitCode = await doctorWith({ isHere: () => false }).run(process.argv.slice(2));

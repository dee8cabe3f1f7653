// FEEL as the browser evaluates it, for the test that compares it with the server's.
// A JSON object per line in, {"text", "variables"} or {"cell", "value"}; a line with the value, or "error", out.
import { createInterface } from "node:readline";
import { evaluate, unaryTest } from "@bpmn-io/feelin";

const KINDS = [
  [(value) => value === null || value === undefined, () => null],
  [Number.isNaN, () => ({ number: "NaN" })],
  [(value) => Math.abs(value) === Infinity, (value) => ({ number: String(value) })],
  [(value) => typeof value !== "object", (value) => (typeof value === "function" ? { function: true } : value)],
  [Array.isArray, (value) => value.map(written)],
  [(value) => value.isLuxonDateTime, moment],
  [(value) => value.isLuxonDuration, length],
  [(value) => "start included" in value, range],
  [(value) => "parameterNames" in value, () => ({ function: true })],
];

function written(value) {
  const kind = KINDS.find(([fits]) => fits(value));
  return kind ? kind[1](value) : { context: Object.fromEntries(Object.entries(value).map(([k, v]) => [k, written(v)])) };
}

function moment(value) {
  const isDate = value.zoneName === "UTC" && value.toMillis() % 86_400_000 === 0;
  return isDate ? { date: value.toISODate() } : { moment: value.toMillis() };
}

function length(value) {
  const parts = value.toObject();
  return "years" in parts || "months" in parts ? { months: value.as("months") } : { seconds: value.as("seconds") };
}

function range(value) {
  const ends = [value.start, value.end].map(written);
  return { range: [...ends, value["start included"], value["end included"]] };
}

function answer({ text, variables, cell, value }) {
  try {
    return written((cell === undefined ? evaluate(text, variables) : unaryTest(cell, { "?": value })).value);
  } catch {
    return "error";
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify({ answer: answer(JSON.parse(line)) })}\n`);
}

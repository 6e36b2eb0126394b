import { type Answer, buildersAnswers, ourAnswer, withTree } from "./answers";
import { LONG, SYNTAX, TELLING, randomRules, randomSyntax } from "./rules";

/** `npm run verdicts -- [COUNT] [SEED]`: compares our answers with the builder's modules. */
const [count = "30000", seed = String(Date.now() % 1e9)] = process.argv.slice(2);
const files = [
  ...[TELLING, SYNTAX, LONG].flat(),
  ...[randomRules, randomSyntax].flatMap((random) => random(Number(count), Number(seed))),
];

const differing = withTree((tree, rulesFolder) => {
  const answers = buildersAnswers(tree, files);
  return files.flatMap((rules, index) => {
    const ours = ourAnswer(tree, rulesFolder, rules);
    return same(ours, answers[index]) ? [] : [{ rules, ours, builder: answers[index] }];
  });
});

function same(one: Answer, other: Answer): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

for (const { rules, ours, builder } of differing.slice(0, 20))
  console.log(JSON.stringify({ rules, ...difference(ours, builder) }));
console.log(`${files.length} ignore files with seed ${seed}, ${differing.length} differences`);
process.exitCode = differing.length === 0 ? 0 : 1;

function difference(ours: Answer, builder: Answer) {
  if (!ours || !builder) return { refused: ours ? "by the builder alone" : "by us alone" };
  return {
    onlyOurs: ours.filter((file) => !builder.includes(file)),
    onlyBuilders: builder.filter((file) => !ours.includes(file)),
  };
}

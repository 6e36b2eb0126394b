import path from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The tests whose path is most like the faulty file's come first, as they most likely notice the fault. */
export default class NearestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root, related = [] } = this.ctx.config;
    const [faulty = root] = related;
    const code = path.relative(root, faulty);
    const likeness = ({ moduleId }: TestSpecification) => {
      const test = path.relative(path.join(root, "__tests__", "unit"), moduleId);
      let same = 0;
      while (same < code.length && code[same] === test[same]) same++;
      return same;
    };
    return Promise.resolve(files.toSorted((a, b) => likeness(b) - likeness(a)));
  }
}

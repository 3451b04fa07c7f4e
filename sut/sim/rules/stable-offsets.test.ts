import { expect, test } from "vitest";
import { errorName } from "../../../model/error-code.ts";
import { checkOffsetFetch } from "./stable-offsets.ts";

test("whoever wants stable offsets waits for transactions, and nobody else does", () => {
  const answers = [true, false].flatMap((requireStable) =>
    [true, false].map((isPending) => errorName(checkOffsetFetch({ requireStable, isPending }))),
  );
  expect(answers).toEqual(["UNSTABLE_OFFSET_COMMIT", "NONE", "NONE", "NONE"]);
});

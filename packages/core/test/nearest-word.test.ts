import { expect } from "chai";
import { nearestWord } from "../src/index";

describe("nearestWord", () => {
  const known = ["id", "name", "stack", "requires", "soak_minutes", "windows", "environment", "dry-run", "yes"];

  const cases: readonly (readonly [typed: string, meant: string | undefined])[] = [
    ["requres", "requires"],
    ["reqiures", "requires"],
    ["require", "requires"],
    ["soakMinutes", "soak_minutes"],
    ["soak", "soak_minutes"],
    ["window", "windows"],
    ["enviroment", "environment"],
    ["env", "environment"],
    ["dryrun", "dry-run"],
    ["DRY_RUN", "dry-run"],
    ["yess", "yes"],
    ["nmae", "name"],
    ["ID", "id"],
    ["stak", "stack"],
    ["ip", undefined],
    ["so", undefined],
    ["account_id", undefined],
    ["tf_stack_root", undefined],
    ["namespace", undefined],
    ["", undefined],
  ];
  for (const [typed, meant] of cases) {
    it(`takes ${JSON.stringify(typed)} for ${meant ?? "nothing that it knows"}`, () => {
      expect(nearestWord(typed, known)).to.equal(meant);
    });
  }

  it("takes the nearest of several", () => {
    expect(nearestWord("stagng", ["stagings", "staging"])).to.equal("staging");
  });
});

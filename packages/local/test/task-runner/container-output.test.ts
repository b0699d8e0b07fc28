import { expect } from "chai";
import fc from "fast-check";
import { ContainerOutput, type OutputLine, STREAM } from "../../src/task-runner/container-output";

const textOf = (lines: readonly OutputLine[]) => Buffer.concat(lines.map(({ bytes }) => bytes)).toString();

describe("a container's output", () => {
  it("comes in whole lines, however the process cuts it, and none of it is lost or changed", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z\n]{0,20}$/)), (chunks) => {
        const output = new ContainerOutput();
        for (const chunk of chunks) output.write(STREAM.stdout, Buffer.from(chunk));
        output.end();
        expect(textOf(output.lines)).to.equal(chunks.join(""));
        for (const { bytes } of output.lines.slice(0, -1)) expect(bytes.indexOf("\n")).to.equal(bytes.length - 1);
      }),
    );
  });

  it("keeps its two streams apart in the middle of a line", () => {
    const output = new ContainerOutput();
    output.write(STREAM.stdout, Buffer.from("a"));
    output.write(STREAM.stderr, Buffer.from("b\n"));
    output.write(STREAM.stdout, Buffer.from("c\n"));
    expect(output.lines.map(({ stream, bytes }) => [stream, bytes.toString()])).to.deep.equal([
      [STREAM.stderr, "b\n"],
      [STREAM.stdout, "ac\n"],
    ]);
  });

  it("holds the newest mebibyte, and does not wait for the end of an endless line", () => {
    const output = new ContainerOutput();
    for (let written = 0; written < 3 * 1024; written++) output.write(STREAM.stdout, Buffer.alloc(1024, 97));
    const kept = output.lines.reduce((total, { bytes }) => total + bytes.length, 0);
    expect(kept).to.be.within(1000 * 1024, 1024 * 1024);
  });

  it("reaches a follower from the first line kept to the end, and not after it has left", () => {
    const output = new ContainerOutput();
    const seen: string[] = [];
    const listener = (name: string) => ({
      line: ({ bytes }: OutputLine) => void seen.push(`${name} ${bytes}`),
      end: () => void seen.push(`${name} end`),
    });
    output.write(STREAM.stdout, Buffer.from("1"));
    output.write(STREAM.stdout, Buffer.from("\n"));
    output.follow(listener("stays"));
    const leave = output.follow(listener("leaves"));
    leave();
    output.write(STREAM.stdout, Buffer.from("2"));
    output.end();
    output.follow(listener("late"));
    expect(seen).to.deep.equal(["stays 1\n", "leaves 1\n", "stays 2", "stays end", "late 1\n", "late 2", "late end"]);
  });
});

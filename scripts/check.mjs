// What to run before a push: style, types and the tests that need no emulator.
process.argv.push("lint", "unit");
await import("./test.mjs");

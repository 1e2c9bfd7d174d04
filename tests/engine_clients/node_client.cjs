// The official Node client, @clickhouse/client, against the engine.
const assert = require("node:assert");
const { after, before, test } = require("node:test");
const { Readable } = require("node:stream");
const { createClient } = require("@clickhouse/client");

const options = {
  url: `http://127.0.0.1:${process.env.ENGINE_PORT}`,
  username: "default",
  password: process.env.ENGINE_PASSWORD,
};
const client = createClient(options);

before(async () => {
  await client.command({ query: "DROP TABLE IF EXISTS default.js SYNC" });
  await client.command({
    query: "CREATE TABLE default.js (id UInt64, name String) ENGINE = MergeTree ORDER BY id",
  });
});
after(() => client.close());

async function select(query, more = {}) {
  const result = await client.query({ query, format: "JSONEachRow", ...more });
  return result.json();
}

test("it answers ping", async () => {
  assert.equal((await client.ping()).success, true);
});

test("rows come back as they went in", async () => {
  const values = [{ id: "1", name: "it's \\ \t\n" }, { id: "2", name: "zwei \u2713" }];
  await client.insert({ table: "default.js", values, format: "JSONEachRow" });
  const settings = { output_format_json_quote_64bit_integers: 1 };
  const got = await select("SELECT * FROM default.js ORDER BY id", { clickhouse_settings: settings });
  assert.deepEqual(got, values);
  await client.command({ query: "TRUNCATE TABLE default.js" });
});

// `count` rows from 0 on, `size` in a piece, as `piece` makes them of numbers.
function* pieces(count, size, piece) {
  for (let first = 0; first < count; first += size) {
    yield piece(Array.from({ length: size }, (_, i) => first + i));
  }
}

async function streamBothWays(count, compress, format, values) {
  const packed = createClient({ ...options, compression: { request: compress, response: compress } });
  await packed.insert({ table: "default.js", values, format });
  const result = await packed.query({ query: "SELECT id FROM default.js", format: "JSONCompactEachRow" });
  let got = 0;
  let sum = 0;
  for await (const batch of result.stream()) {
    for (const row of batch) {
      ++got;
      sum += Number(row.json()[0]);
    }
  }
  assert.equal(got, count);
  assert.equal(sum, (count * (count - 1)) / 2);
  await packed.command({ query: "TRUNCATE TABLE default.js" });
  await packed.close();
}

test("a million rows are streamed both ways", async () => {
  const csv = (ids) => ids.map((id) => `${id},"name ${id % 1000}"\n`).join("");
  for (const compress of [false, true]) {
    const values = Readable.from(pieces(1_000_000, 20_000, csv), { objectMode: false });
    await streamBothWays(1_000_000, compress, "CSV", values);
  }
});

test("objects are streamed one by one", async () => {
  const values = Readable.from(pieces(20_000, 1, ([id]) => [id, `name ${id}`]));
  await streamBothWays(20_000, true, "JSONCompactEachRow", values);
});

test("parameters are bound by the server", async () => {
  const got = await select("SELECT {n: UInt8} AS n, {s: String} AS s, {l: Array(String)} AS l", {
    query_params: { n: 7, s: "it's \\ \t", l: ["x'y", "z"] },
  });
  assert.deepEqual(got, [{ n: 7, s: "it's \\ \t", l: ["x'y", "z"] }]);
});

test("one JSON document, whatever its length", async () => {
  const result = await client.query({ query: "SELECT number FROM numbers(300000)", format: "JSON" });
  const document = await result.json();
  assert.equal(document.rows, 300000);
  assert.equal(document.data.length, 300000);
});

test("settings and query ids", async () => {
  const result = await client.query({
    query: "SELECT getSetting('max_block_size') AS x",
    format: "JSONEachRow",
    query_id: "js-query",
    session_id: "any",
    clickhouse_settings: { max_block_size: "123", wait_end_of_query: 1 },
  });
  assert.equal(result.query_id, "js-query");
  assert.equal(Number((await result.json())[0].x), 123);
});

test("errors have their code and type", async () => {
  for (const [query, code, type] of [
    ["SELECT * FROM default.missing", "60", "UNKNOWN_TABLE"],
    ["SELEC", "62", "SELEC"], // what the client takes for the type in the server's text
    ["SELECT throwIf(1)", "395", "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO"],
    ["SELECT 1; SELECT 2", "62", "SYNTAX_ERROR"],
    ["SELECT * FROM url('http://127.0.0.1/')", "497", "ACCESS_DENIED"],
  ]) {
    await assert.rejects(client.command({ query }), (error) => {
      assert.equal(error.code, code, query);
      assert.equal(error.type, type, query);
      return true;
    });
  }
});

test("a broken row is an error and lands nothing", async () => {
  await assert.rejects(
    client.insert({ table: "default.js", values: [{ id: "no number" }], format: "JSONEachRow" }),
  );
  assert.deepEqual(await select("SELECT toUInt8(count()) AS n FROM default.js"), [{ n: 0 }]);
});

test("an abandoned query is ended", async () => {
  const abort = new AbortController();
  const running = client.query({
    query: "SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))",
    query_id: "js-victim",
    abort_signal: abort.signal,
  });
  const count = async () =>
    Number((await select("SELECT count() AS n FROM system.processes WHERE query_id = 'js-victim'"))[0].n);
  while ((await count()) === 0);
  abort.abort();
  await assert.rejects(running);
  while ((await count()) !== 0);
});

test("a wrong password is refused", async () => {
  const stranger = createClient({ ...options, password: "wrong" });
  await assert.rejects(stranger.query({ query: "SELECT 1" }), (error) => error.code === "516");
  await stranger.close();
});

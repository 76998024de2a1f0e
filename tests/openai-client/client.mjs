// Exercises OpenAI's own client, unchanged, against BASE_URL with API_KEY. Run by OpenAiIT; exits with 0 when all is well.
import assert from "node:assert/strict";
import OpenAI from "openai";

const model = "openai/gpt-test";
const client = new OpenAI({
  baseURL: process.env.BASE_URL,
  apiKey: process.env.API_KEY,
  maxRetries: 0,
});
const ask = (content, more = {}) => ({ model, messages: [{ role: "user", content }], ...more });

const ids = [];
for await (const one of client.models.list()) ids.push(one.id);
assert.ok(ids.includes("apex/guide") && ids.includes(model), `models: ${ids}`);
assert.equal((await client.models.retrieve("apex/guide")).id, "apex/guide");

const whole = await client.chat.completions.create(ask("Hi"));
assert.equal(whole.choices[0].message.content, "Hello from far");
assert.equal(whole.choices[0].finish_reason, "stop");
assert.deepEqual(
  [whole.usage.prompt_tokens, whole.usage.completion_tokens, whole.usage.total_tokens],
  [12, 3, 15],
);

let text = "";
let usage;
const stream = await client.chat.completions.create(
  ask("Hi", { stream: true, stream_options: { include_usage: true } }),
);
for await (const chunk of stream) {
  text += chunk.choices[0]?.delta?.content ?? "";
  usage = chunk.usage ?? usage;
}
assert.equal(text, "Hello from far");
assert.equal(usage.total_tokens, 15);

const tools = [
  {
    type: "function",
    function: {
      name: "weather",
      parameters: { type: "object", properties: { place: { type: "string" } } },
    },
  },
];
const called = await client.chat.completions.create(ask("the weather?", { tools }));
const call = called.choices[0].message.tool_calls[0];
assert.equal(called.choices[0].finish_reason, "tool_calls");
assert.deepEqual(JSON.parse(call.function.arguments), { place: "Rome" });
const after = await client.chat.completions.create({
  model,
  tools,
  messages: [
    { role: "user", content: "the weather?" },
    called.choices[0].message,
    { role: "tool", tool_call_id: call.id, content: '{"sky":"clear"}' },
  ],
});
assert.equal(after.choices[0].message.content, "It is sunny.");
const streamed = client.chat.completions.stream(ask("the weather?", { tools }));
const final = await streamed.finalChatCompletion();
assert.equal(final.choices[0].message.tool_calls[0].function.name, "weather");

const wrong = new OpenAI({ baseURL: process.env.BASE_URL, apiKey: "sk-wrong", maxRetries: 0 });
await assert.rejects(wrong.models.list(), (e) => {
  assert.ok(e instanceof OpenAI.AuthenticationError);
  assert.equal(e.code, "invalid_api_key");
  return true;
});
await assert.rejects(client.chat.completions.create({ ...ask("Hi"), model: "openai/none" }), (e) => {
  assert.ok(e instanceof OpenAI.NotFoundError);
  assert.equal(e.code, "model_not_found");
  return true;
});
await assert.rejects(client.chat.completions.create(ask("Hi", { n: 2 })), (e) => {
  assert.ok(e instanceof OpenAI.BadRequestError);
  assert.equal(e.param, "n");
  return true;
});
await assert.rejects(client.chat.completions.create(ask("rate")), (e) => {
  assert.ok(e instanceof OpenAI.RateLimitError);
  assert.equal(e.headers.get("retry-after"), "9");
  return true;
});
await assert.rejects(async () => {
  for await (const chunk of await client.chat.completions.create(ask("cut", { stream: true }))) {
    void chunk;
  }
}, OpenAI.APIError);

const guide = await client.chat.completions.create({ ...ask("What can you do?"), model: "apex/guide" });
assert.match(guide.choices[0].message.content, /no language model/);
console.log("openai client: all well");

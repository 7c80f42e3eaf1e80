// Runs ONNX files with onnxruntime: node onnx_outputs.cjs CASES.json
// CASES.json lists {"model", "input", "output": files, "shape": [N, ...]}; input files hold float32
// in that shape, output files get float32. Exit code 77: onnxruntime is not installed
// (`npm install onnxruntime-node`, found as node finds modules, or by NODE_PATH).
const fs = require("fs");

let onnxruntime;
try {
  onnxruntime = require("onnxruntime-node");
} catch {
  process.exit(77);
}

async function run({ model, input, output, shape }) {
  const session = await onnxruntime.InferenceSession.create(model, { intraOpNumThreads: 1 });
  const bytes = fs.readFileSync(input);
  const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const fed = new onnxruntime.Tensor("float32", values, shape);
  const { data } = (await session.run({ input: fed })).output;
  fs.writeFileSync(output, Buffer.from(data.buffer, data.byteOffset, data.byteLength));
}

async function main([cases]) {
  for (const each of JSON.parse(fs.readFileSync(cases, "utf8"))) await run(each);
}

main(process.argv.slice(2)).catch((error) => {
  console.error(String(error));
  process.exit(1);
});

// Runs an ONNX file with onnxruntime: node onnx_outputs.cjs MODEL.onnx INPUT.raw OUTPUT.raw SIZE...
// INPUT.raw is float32 in the shape SIZE..., OUTPUT.raw becomes float32. Exit code 77: onnxruntime
// is not installed (`npm install onnxruntime-node`, found as node finds modules, or by NODE_PATH).
const fs = require("fs");

let onnxruntime;
try {
  onnxruntime = require("onnxruntime-node");
} catch {
  process.exit(77);
}

async function main([model, input, output, ...sizes]) {
  const session = await onnxruntime.InferenceSession.create(model);
  const bytes = fs.readFileSync(input);
  const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const fed = new onnxruntime.Tensor("float32", values, sizes.map(Number));
  const result = await session.run({ input: fed });
  const data = result.output.data;
  fs.writeFileSync(output, Buffer.from(data.buffer, data.byteOffset, data.byteLength));
}

main(process.argv.slice(2)).catch((error) => {
  console.error(String(error));
  process.exit(1);
});

const size = 8;
const code = `
@group(0) @binding(0) var<storage, read> left: array<f32>;
@group(0) @binding(1) var<storage, read> right: array<f32>;
@group(0) @binding(2) var<storage, read_write> product: array<f32>;

@compute @workgroup_size(${size}, ${size})
fn main(@builtin(local_invocation_id) id: vec3u) {
  var sum = 0.0;
  for (var k = 0u; k < ${size}u; k++) {
    sum += left[id.y * ${size}u + k] * right[k * ${size}u + id.x];
  }
  product[id.y * ${size}u + id.x] = sum;
}`;

/** Whether a device multiplies two small matrices rightly. Costs one small shader. */
export async function deviceComputesRightly(device: GPUDevice): Promise<boolean> {
  const left = Float32Array.from({ length: size * size }, (_, index) => ((index * 7) % 11) - 5);
  const right = Float32Array.from({ length: size * size }, (_, index) => ((index * 5) % 13) - 6);
  const computed = await multiply(device, left, right);
  return computed.every((value, index) => {
    let expected = 0;
    for (let k = 0; k < size; k++)
      expected += left[Math.floor(index / size) * size + k]! * right[k * size + (index % size)]!;
    return Math.abs(value - expected) < 1e-3;
  });
}

async function multiply(
  device: GPUDevice,
  left: Float32Array<ArrayBuffer>,
  right: Float32Array<ArrayBuffer>,
): Promise<Float32Array> {
  const { STORAGE, COPY_DST, COPY_SRC, MAP_READ } = GPUBufferUsage;
  const create = (usage: number): GPUBuffer => device.createBuffer({ size: left.byteLength, usage });
  const operands = [create(STORAGE | COPY_DST), create(STORAGE | COPY_DST)] as const;
  const product = create(STORAGE | COPY_SRC);
  const staging = create(MAP_READ | COPY_DST);
  device.queue.writeBuffer(operands[0], 0, left);
  device.queue.writeBuffer(operands[1], 0, right);
  const module = device.createShaderModule({ code });
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
  const entries = [...operands, product].map((buffer, binding) => ({ binding, resource: { buffer } }));
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(1);
  pass.end();
  encoder.copyBufferToBuffer(product, 0, staging, 0, left.byteLength);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const values = new Float32Array(staging.getMappedRange().slice(0));
  for (const buffer of [...operands, product, staging]) buffer.destroy();
  return values;
}

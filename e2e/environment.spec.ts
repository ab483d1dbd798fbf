import { expect, test } from './fixtures.ts';

/** Runs in a module worker: squares 64 numbers on the device and posts what it got, or why it got nothing. */
const workerSource = `
  const shader = \`
    @group(0) @binding(0) var<storage, read_write> values: array<f32>;
    @compute @workgroup_size(64)
    fn main(@builtin(global_invocation_id) id: vec3u) {
      values[id.x] = values[id.x] * values[id.x];
    }\`;
  async function compute() {
    const adapter = await navigator.gpu?.requestAdapter();
    if (!adapter) return { failure: navigator.gpu ? 'no adapter' : 'no API' };
    const device = await adapter.requestDevice();
    const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
    const storage = device.createBuffer({ size: 256, usage: STORAGE | COPY_SRC | COPY_DST });
    const result = device.createBuffer({ size: 256, usage: MAP_READ | COPY_DST });
    device.queue.writeBuffer(storage, 0, Float32Array.from({ length: 64 }, (_, index) => index));
    const module = device.createShaderModule({ code: shader });
    const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
    const group = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [{ binding: 0, resource: { buffer: storage } }],
    });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(1);
    pass.end();
    encoder.copyBufferToBuffer(storage, 0, result, 0, 256);
    device.queue.submit([encoder.finish()]);
    await result.mapAsync(GPUMapMode.READ);
    return { values: Array.from(new Float32Array(result.getMappedRange())) };
  }
  compute().then(postMessage, (error) => postMessage({ failure: String(error) }));
`;

test('a module worker of this browser computes on a WebGPU device', async ({ page, baseURL }) => {
  // An empty page of the same origin: this test is about the browser, not about ours.
  await page.route('**/empty-page', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
  await page.goto(`${baseURL ?? ''}empty-page`);

  const answer = await page.evaluate(async (source) => {
    const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    const worker = new Worker(url, { type: 'module' });
    return await new Promise<unknown>((resolve, reject) => {
      worker.onmessage = (event) => resolve(event.data);
      worker.onerror = (event) => reject(new Error(event.message));
    });
  }, workerSource);

  expect(answer).toEqual({ values: Array.from({ length: 64 }, (_, index) => index * index) });
});

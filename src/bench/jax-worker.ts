import { JaxSystem } from './jax-system.ts';
import { serveSystem } from './serve-system.ts';

serveSystem((name) => new JaxSystem(name === 'jax-js-wasm' ? 'wasm' : 'webgpu'));

// @ts-check
// npm run bench:native [-- --out FOLDER]: makes a folder that measures the step on any Linux machine with Node 20 and a Vulkan
// driver, without anything from a registry. The WebGPU of that folder is Dawn, the one of Chromium, as an addon of Node.
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from './bundle.mjs';
import { cacheFolder, checkNodeVersion, ensureInstalled, fail, projectRoot, say } from './project.mjs';

const { values } = parseArgs({ options: { out: { type: 'string', default: join(cacheFolder, 'bench-native') } } });
const folder = resolve(values.out);
const ofDawn = join(projectRoot, 'node_modules', 'webgpu');

checkNodeVersion();
await ensureInstalled();
// What is there is replaced: only a folder that this program has made.
if (existsSync(folder) && !existsSync(join(folder, 'run.mjs')) && readdirSync(folder).length > 0)
  fail(`${folder} holds something else: name another folder with --out.`);
await bundle({ name: 'run', entry: join(projectRoot, 'src', 'cli', 'bench', 'native-run.ts'), folder });
copyDawn(join(folder, 'node_modules', 'webgpu'));
writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }\n');
writeFileSync(join(folder, 'run.sh'), '#!/bin/sh\nexec node "$(dirname "$0")/run.mjs" "$@"\n');
chmodSync(join(folder, 'run.sh'), 0o755);
writeFileSync(join(folder, 'README.md'), readme());
say(`${folder} is complete. Copy it to a machine with a graphics card and start run.sh there.`);

/** Its addon for Linux, which is a tenth of the package. @param {string} target */
function copyDawn(target) {
  mkdirSync(join(target, 'dist'), { recursive: true });
  for (const file of ['package.json', 'index.js', 'LICENSE.md']) cpSync(join(ofDawn, file), join(target, file));
  for (const platform of readdirSync(join(ofDawn, 'dist')).filter((name) => name.startsWith('linux-')))
    cpSync(join(ofDawn, 'dist', platform), join(target, 'dist', platform), { recursive: true });
}

function readme() {
  return `# The training step on this machine

    ./run.sh                    plain, with a mask, and with mask and quantization; a table
    ./run.sh --json FILE        the figures as JSON too
    ./run.sh --help             more

Needs Linux (x64 or arm64), Node 20.19 or later, and a Vulkan driver with its loader (\`libvulkan.so.1\`); nothing is fetched.
Software drivers serve too: name one in VK_ICD_FILENAMES, for instance the vk_swiftshader_icd.json that comes with Chromium.
`;
}

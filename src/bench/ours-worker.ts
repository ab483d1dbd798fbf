import { OursSystem } from './ours-system.ts';
import { serveSystem } from './serve-system.ts';

serveSystem(() => new OursSystem());

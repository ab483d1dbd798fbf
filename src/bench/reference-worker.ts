import { ReferenceSystem } from './reference-system.ts';
import { serveSystem } from './serve-system.ts';

serveSystem(() => new ReferenceSystem());

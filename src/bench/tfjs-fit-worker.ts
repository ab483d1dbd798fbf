import { serveSystem } from './serve-system.ts';
import { TfjsFitSystem } from './tfjs-fit-system.ts';

serveSystem(() => new TfjsFitSystem());

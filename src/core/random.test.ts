import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from './random.ts';

const seeds = fc.maxSafeInteger();
const draw = (seed: number, count: number): number[] => {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => random.next());
};

describe('createRandom', () => {
  it('gives the same sequence for the same seed', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        expect(draw(seed, 20)).toEqual(draw(seed, 20));
      }),
    );
  });

  it('keeps its sequence from release to release', () => {
    const random = createRandom(1);
    expect(Array.from({ length: 4 }, () => random.integer(1_000_000))).toEqual([532027, 155265, 521229, 308932]);
    expect(Array.from(createRandom(1).fork('weights').permutation(8))).toEqual([1, 5, 2, 4, 0, 6, 7, 3]);
  });

  it('gives unrelated sequences for neighbouring seeds', () => {
    const firsts = Array.from({ length: 1000 }, (_, seed) => draw(seed, 1)[0]!);
    expect(new Set(firsts).size).toBe(1000);
    expect(mean(firsts)).toBeCloseTo(0.5, 1);
    expect(Math.abs(correlation(firsts.slice(0, -1), firsts.slice(1)))).toBeLessThan(0.1);
  });

  it('tells seeds apart that differ only above 32 bits or in sign', () => {
    expect(draw(1, 4)).not.toEqual(draw(1 + 2 ** 32, 4));
    expect(draw(1, 4)).not.toEqual(draw(-1, 4));
  });

  it.each([0.5, Number.NaN, Infinity, 2 ** 53])('refuses %s as a seed', (seed) => {
    expect(() => createRandom(seed)).toThrow(RangeError);
  });
});

describe('next and uniform', () => {
  it('stay in their half-open range', () => {
    fc.assert(
      fc.property(
        seeds,
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: 1, max: 1000 }),
        (seed, min, width) => {
          const random = createRandom(seed);
          for (let i = 0; i < 50; i++) {
            const fraction = random.next();
            expect(fraction >= 0 && fraction < 1).toBe(true);
            const value = random.uniform(min, min + width);
            expect(value >= min && value < min + width).toBe(true);
          }
        },
      ),
    );
  });

  it('fill sixteen bins evenly', () => {
    const bins = new Array<number>(16).fill(0);
    for (const value of draw(7, 160_000)) bins[Math.floor(value * 16)]! += 1;
    const chiSquare = bins.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquare).toBeLessThan(37.7); // 0.1 % point of the chi-square distribution with 15 degrees of freedom
  });
});

describe('normal', () => {
  it('has mean 0, variance 1 and two thirds within one deviation', () => {
    const random = createRandom(3);
    const values = Array.from({ length: 100_000 }, () => random.normal());
    expect(values.every(Number.isFinite)).toBe(true);
    expect(Math.abs(mean(values))).toBeLessThan(0.02);
    expect(Math.abs(mean(values.map((value) => value ** 2)) - 1)).toBeLessThan(0.03);
    expect(mean(values.map((value) => (Math.abs(value) < 1 ? 1 : 0)))).toBeCloseTo(0.6827, 2);
  });
});

describe('integer', () => {
  it('reaches every outcome about equally often', () => {
    const random = createRandom(11);
    const counts = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < 60_000; i++) counts[random.integer(6)]! += 1;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });

  it.each([0, -1, 1.5, 2 ** 32 + 1])('refuses %s outcomes', (n) => {
    expect(() => createRandom(1).integer(n)).toThrow(RangeError);
  });

  it('has one answer where there is one outcome', () => {
    expect(createRandom(1).integer(1)).toBe(0);
  });
});

describe('permutation', () => {
  it('holds each index once', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 300 }), (seed, n) => {
        const sorted = Array.from(createRandom(seed).permutation(n)).sort((a, b) => a - b);
        expect(sorted).toEqual(Array.from({ length: n }, (_, index) => index));
      }),
    );
  });

  it('gives each order of three the same chance', () => {
    const random = createRandom(5);
    const counts = new Map<string, number>();
    for (let i = 0; i < 60_000; i++) {
      const order = random.permutation(3).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });
});

describe('fork', () => {
  it('differs from its parent and from forks under other names', () => {
    fc.assert(
      fc.property(seeds, fc.string(), fc.string(), (seed, one, other) => {
        fc.pre(one !== other);
        const parent = createRandom(seed);
        const sequences = [parent, parent.fork(one), parent.fork(other)].map((random) =>
          Array.from({ length: 4 }, () => random.next()).join(),
        );
        expect(new Set(sequences).size).toBe(3);
      }),
    );
  });

  it('does not depend on what was drawn before it, and does not disturb what comes after', () => {
    const fresh = createRandom(9);
    const used = createRandom(9);
    const before = used.next();
    expect(used.fork('data').permutation(20)).toEqual(fresh.fork('data').permutation(20));
    expect([before, used.next()]).toEqual(draw(9, 2));
  });

  it('nests: a fork of a fork is a stream of its own', () => {
    const random = createRandom(2);
    expect(random.fork('a').fork('b').next()).not.toBe(random.fork('b').fork('a').next());
    expect(random.fork('a').fork('b').next()).not.toBe(random.fork('ab').next());
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const meanA = mean(a);
  const meanB = mean(b);
  const covariance = mean(a.map((value, index) => (value - meanA) * (b[index]! - meanB)));
  return covariance / Math.sqrt(mean(a.map((v) => (v - meanA) ** 2)) * mean(b.map((v) => (v - meanB) ** 2)));
}

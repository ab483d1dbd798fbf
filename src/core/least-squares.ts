/** A linear model and what it should give: rows are samples. All matrices are row-major. */
export interface LeastSquaresProblem {
  /** X, [rows, columns]. */
  readonly inputs: ArrayLike<number>;
  /** Y, [rows, outputs]. */
  readonly targets: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
  readonly outputs: number;
}

/**
 * B, [columns, outputs], that makes ‖X·B − Y‖² + λ‖B‖² smallest, without intercept: by Cholesky's method on the normal
 * equations, or on their dual where there are fewer rows than columns (which gives the smallest B of all that fit).
 *
 * @param ridge λ as a share of the mean of the diagonal. Above 0 columns may depend on each other.
 * @throws RangeError if rows or columns depend on each other and there is no ridge.
 */
export function solveLeastSquares(problem: LeastSquaresProblem, ridge = 0): Float64Array {
  const { inputs, targets, rows, columns, outputs } = problem;
  const transposed = transpose(inputs, rows, columns);
  if (rows < columns) {
    const factors = decompose(products(transpose(transposed, columns, rows), rows, columns), rows, ridge);
    const weights = Float64Array.from(targets);
    if (factors === null) return new Float64Array(columns * outputs);
    solveInPlace(factors, rows, weights, outputs);
    return multiply(transposed, weights, { rows: columns, inner: rows, columns: outputs });
  }
  const factors = decompose(products(transposed, columns, rows), columns, ridge);
  if (factors === null) return new Float64Array(columns * outputs);
  const solution = multiply(transposed, targets, { rows: columns, inner: rows, columns: outputs });
  solveInPlace(factors, columns, solution, outputs);
  return solution;
}

interface ProductSize {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** A·B for row-major A [rows, inner] and B [inner, columns], in double precision. */
export function multiply(a: ArrayLike<number>, b: ArrayLike<number>, { rows, inner, columns }: ProductSize) {
  const product = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let at = 0; at < inner; at++) {
      const factor = a[row * inner + at]!;
      if (factor === 0) continue;
      for (let column = 0; column < columns; column++) {
        product[row * columns + column]! += factor * b[at * columns + column]!;
      }
    }
  }
  return product;
}

function transpose(matrix: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const result = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = matrix[row * columns + column]!;
  }
  return result;
}

/** Lower half of A·Aᵀ for row-major A [size, length]. */
function products(a: Float64Array, size: number, length: number): Float64Array {
  const result = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let other = 0; other <= row; other++) {
      result[row * size + other] = dot(a, row * length, other * length, length);
    }
  }
  return result;
}

function dot(values: Float64Array, start: number, other: number, length: number): number {
  let sum = 0;
  for (let at = 0; at < length; at++) sum += values[start + at]! * values[other + at]!;
  return sum;
}

/** A pivot below this share of the largest diagonal element is rounding. */
const smallestPivot = 1e-13;

/** Cholesky factors L of A + λI in place, from the lower half of A; null if A is zero. */
function decompose(matrix: Float64Array, size: number, ridge: number): Float64Array | null {
  let trace = 0;
  let largest = 0;
  for (let at = 0; at < size; at++) {
    const entry = matrix[at * size + at]!;
    trace += entry;
    largest = Math.max(largest, entry);
  }
  if (trace === 0) return null;
  const lambda = (ridge * trace) / size;
  for (let row = 0; row < size; row++) {
    matrix[row * size + row]! += lambda;
    for (let column = 0; column <= row; column++) {
      const rest = matrix[row * size + column]! - dot(matrix, row * size, column * size, column);
      if (column < row) matrix[row * size + column] = rest / matrix[column * size + column]!;
      else if (rest > smallestPivot * largest) matrix[row * size + row] = Math.sqrt(rest);
      else throw new RangeError('The least-squares problem has no single solution without a ridge');
    }
  }
  return matrix;
}

/** Solves L·Lᵀ·B = B for [size, outputs]. */
function solveInPlace(factors: Float64Array, size: number, values: Float64Array, outputs: number): void {
  const subtract = (row: number, from: number, factor: number): void => {
    for (let at = 0; at < outputs; at++) values[row * outputs + at]! -= factor * values[from * outputs + at]!;
  };
  const divide = (row: number): void => {
    for (let at = 0; at < outputs; at++) values[row * outputs + at]! /= factors[row * size + row]!;
  };
  for (let row = 0; row < size; row++) {
    for (let from = 0; from < row; from++) subtract(row, from, factors[row * size + from]!);
    divide(row);
  }
  for (let row = size - 1; row >= 0; row--) {
    divide(row);
    for (let to = 0; to < row; to++) subtract(to, row, factors[row * size + to]!);
  }
}

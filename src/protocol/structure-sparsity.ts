/** Shares of structures that are entirely zero (reference 5.3), present where the tensor has them. */
export interface StructureSparsity {
  readonly filters?: number;
  readonly channels?: number;
  readonly kernels?: number;
  readonly rows?: number;
  readonly columns?: number;
}

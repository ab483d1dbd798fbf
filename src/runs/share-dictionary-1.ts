/**
 * Text that deflate may refer to before the link's own text begins, for links of version 1: words and phrases of schedules,
 * the most frequent ones last, where references are cheapest. It belongs to the format of those links and NEVER changes; a
 * better dictionary is a new link version.
 */
export const shareDictionary1 = `\
NCFQuantAwareTrainQuantizer SYMMETRIC_RESTRICTED ASYMMETRIC_SIGNED scale_approx_mult_bits bits_accum bits_bias input_overrides
LambdaLR OneCycleLR CyclicLR CosineAnnealingWarmRestarts ReduceLROnPlateau patience: cooldown: mode: min threshold:
KnowledgeDistillationPolicy temperature: student_wt: distill_wt: teacher: EarlyExitMgr FreezeTraining DropFilterRegularizer
GroupVarianceRegularizer RandomLevelStructureParameterPruner FMReconstructionChannelPruner LpRankedStructureParameterPruner
BaiduRNNPruner q: ramp_epoch_offset: ramp_slope_mult:
SplicingPruner sensitivity_multiplier low_thresh_mult: hi_thresh_mult: StructureRemover FilterRemover ChannelRemover
thinning_func_str: remove_filters layer_names: arch: extensions: net_thinner: extension: model_activation_stats:
GradientRankedFilterPruner_AGP RandomRankedFilterPruner_AGP BernoulliFilterPruner_AGP ActivationMeanRankedFilterPruner_AGP
ActivationAPoZRankedFilterPruner_AGP ActivationRankedFilterPruner mean_channels apoz_channels noise: ranking_noise:
WRPNQuantizer PostTrainLinearQuantizer clip_acts: AVG N_STD LAPLACE GAUSS fpq_module: rounding_fn: train_with_fp_copy:
block_shape: Blocks group_dependency: Leader magnitude_fn: max regularizers: reg_regims: threshold_criteria: Mean_Abs Max
GroupLassoRegularizer 3D 4D 2D Channels Cols Rows Filters L1Regularizer class: L2Regularizer kernel_pruning:
fold_batchnorm: discard_masks_at_minibatch_end: skip_first_minibatch: mask_on_forward_only: mask_gradients: use_double_copies:
mini_batch_pruning_frequency: 64 keep_mask: true also_clip_weights: sensitivities: SensitivityPruner levels:
MagnitudeParameterPruner thresholds: '*': SparsityLevelParameterPruner BernoulliFilterPruner StructureParameterPruner
PACTQuantizer act_clip_init_val: 8.0 act_clip_decay: 0.0002 DorefaQuantizer QuantAwareTrainRangeLinearQuantizer
mode: ASYMMETRIC_UNSIGNED SYMMETRIC ema_decay: 0.999 per_channel_wts: true quantize_inputs: false num_bits_inputs: null
bits_activations: 8 bits_weights: 4 overrides: relu1: relu2: relu3: conv1: fc1: fc2: bits_weights: null bits_activations: null
PolynomialLR ExponentialLR gamma: 0.95 StepLR step_size: CosineAnnealingLR T_max: eta_min: MultiStepMultiGammaLR gammas: [0.1
L1RankedStructureParameterPruner desired_sparsity: 0.5 L1RankedStructureParameterPruner_AGP group_type: Filters
simplenet_mnist simplenet_cifar mlp_2d mlp_mnist fashion_mnist circles moons spirals xor features.0.weight module.conv1.weight
# The same as before, but with every layer, the largest, after epoch and for the whole run; weights are pruned and quantized.
  optimizer: {class: Adam, lr: 0.001, betas: [0.9, 0.999], eps: 1.0e-8, nesterov: true, weight_decay: 0.0005}
version: 1
training:
  model: mlp_mnist
  dataset: fashion-mnist
  train_size: 4096
  validation_size: 2000
  epochs: 12
  batch_size: 128
version: 1
training:
  model: cnn_mnist
  dataset: mnist
  train_size: 8192
  epochs: 8
  batch_size: 64
  optimizer: {class: SGD, lr: 0.03, momentum: 0.9, weight_decay: 0.0}
  seed: 1
quantizers:
  eight_bit:
    class: QuantAwareTrainRangeLinearQuantizer
    bits_activations: 8
    bits_weights: 8
    overrides:
regularizers:
  l1:
    class: L1Regularizer
    reg_regims:
      fc1.weight: 0.001
pruners:
  gradual:
    class: AutomatedGradualPruner
    initial_sparsity: 0.05
    final_sparsity: 0.9
    weights: [conv1.weight, conv2.weight, fc1.weight, fc2.weight, fc3.weight]
lr_schedulers:
  decay: {class: MultiStepLR, milestones: [6], gamma: 0.1}
policies:
  - pruner:
      instance_name: gradual
      args:
        levels:
    epochs: [2]
  - regularizer:
      instance_name: l1
      args:
        keep_mask: true
    starting_epoch: 0
    ending_epoch: 6
    frequency: 1
  - quantizer:
      instance_name: eight_bit
    starting_epoch: 4
    ending_epoch: 8
    frequency: 1
  - lr_scheduler:
      instance_name: decay
    starting_epoch: 0
    ending_epoch: 8
    frequency: 1
`;

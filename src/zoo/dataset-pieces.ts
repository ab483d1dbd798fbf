// Written by scripts/make-datasets.mjs: the hashes travel with the code, not with the files that they vouch for.

/** One file of images of one split, to be fetched, checked and inflated on its own. */
export interface DatasetPiece {
  /** Path below the folder of the data shards, public/data/. */
  readonly file: string;
  readonly split: 'train' | 'test';
  /** Index in its split of the first image. */
  readonly first: number;
  /** Number of images. */
  readonly count: number;
  /** Length of the file. */
  readonly bytes: number;
  /** Of the file as it is, in lower-case hexadecimal. */
  readonly sha256: string;
}

/** Pieces in order, and mean and deviation of the pixels of the training set, full white being 1. */
export interface ShippedImages {
  readonly mean: number;
  readonly std: number;
  readonly pieces: readonly DatasetPiece[];
}

export const mnistImages: ShippedImages = {
  mean: 0.1307,
  std: 0.3081,
  pieces: [
    {
      file: 'mnist/train-00000.bin',
      split: 'train',
      first: 0,
      count: 2048,
      bytes: 341393,
      sha256: '6adb5e866cf7401b7bccf94e616084b4338affd3650b97c0eff75fbf9719b6f5',
    },
    {
      file: 'mnist/train-02048.bin',
      split: 'train',
      first: 2048,
      count: 2048,
      bytes: 347992,
      sha256: '1e68577305145df02798799ae423f6966e178373fe621716d2800cce9ef815a5',
    },
    {
      file: 'mnist/train-04096.bin',
      split: 'train',
      first: 4096,
      count: 2048,
      bytes: 347595,
      sha256: '6388679092da287ed19ddb1d92e466cab40960dfcd42f33ec2914f8f41b6e3e7',
    },
    {
      file: 'mnist/train-06144.bin',
      split: 'train',
      first: 6144,
      count: 2048,
      bytes: 342893,
      sha256: '8d35f260aea8396af8f642ce1775a4264331e8a43bf1d599b0465014ad2eb65a',
    },
    {
      file: 'mnist/train-08192.bin',
      split: 'train',
      first: 8192,
      count: 2048,
      bytes: 342399,
      sha256: 'bd897e1571a7f57deb91837f509f3660ba4669ccdea953ab65e1472c462014f0',
    },
    {
      file: 'mnist/train-10240.bin',
      split: 'train',
      first: 10240,
      count: 2048,
      bytes: 341789,
      sha256: 'ed99f8bc4bc520c2eb1ff2e9cedda29dd86de9663762a70cf7af2864d0c83ded',
    },
    {
      file: 'mnist/train-12288.bin',
      split: 'train',
      first: 12288,
      count: 4096,
      bytes: 685894,
      sha256: 'b92f14044a9a36e4196c968bd88d9c80f16ecf532fee238eee03a0f24b7a1f12',
    },
    {
      file: 'mnist/train-16384.bin',
      split: 'train',
      first: 16384,
      count: 4096,
      bytes: 684266,
      sha256: 'cdb6cc81f4cf1320bebc877775aa9169531301fdcf141362ae87eb65c6a123d4',
    },
    {
      file: 'mnist/train-20480.bin',
      split: 'train',
      first: 20480,
      count: 4096,
      bytes: 688581,
      sha256: 'a620287dc261487a1d236347208d72857629169d64473f5f3d904a7ae3100886',
    },
    {
      file: 'mnist/train-24576.bin',
      split: 'train',
      first: 24576,
      count: 4096,
      bytes: 674599,
      sha256: '6a9713ac166d93b9e9425eb7b91b653622f36997aff431591f9a2cb4c8d221d3',
    },
    {
      file: 'mnist/train-28672.bin',
      split: 'train',
      first: 28672,
      count: 4096,
      bytes: 685920,
      sha256: 'a1f0c3630dacf6a02fd3509cee4dd85a4303a16be13ba99b0c5582cfcbf8838f',
    },
    {
      file: 'mnist/train-32768.bin',
      split: 'train',
      first: 32768,
      count: 4096,
      bytes: 689071,
      sha256: '946327a6db1332283be56757214bcdc2a3064fd6679ca8f99f33b81c188eef94',
    },
    {
      file: 'mnist/train-36864.bin',
      split: 'train',
      first: 36864,
      count: 4096,
      bytes: 688212,
      sha256: '09d0de35c369e91044aeae91b41b4709e171cd551bdefa5098cddbe1ccb41117',
    },
    {
      file: 'mnist/train-40960.bin',
      split: 'train',
      first: 40960,
      count: 4096,
      bytes: 686739,
      sha256: 'e67f3dcd0fcbc2666927e1ee4fa10b862585b913db4ef61671cdde09a2c0e78f',
    },
    {
      file: 'mnist/train-45056.bin',
      split: 'train',
      first: 45056,
      count: 4096,
      bytes: 690043,
      sha256: '17aada3f2389cbef6296e9745b6ee3481e0d48e7ce9813275afcfad6b813088c',
    },
    {
      file: 'mnist/train-49152.bin',
      split: 'train',
      first: 49152,
      count: 4096,
      bytes: 690268,
      sha256: 'e430ab336c64bc16a77b6edda42d857a8d2edefaabe45499f3319a398abf228c',
    },
    {
      file: 'mnist/train-53248.bin',
      split: 'train',
      first: 53248,
      count: 4096,
      bytes: 683286,
      sha256: 'b0ddf6f7c9bac39495c8e22a505d19430b42309c5e0c26b810c262ec4c378dca',
    },
    {
      file: 'mnist/train-57344.bin',
      split: 'train',
      first: 57344,
      count: 2656,
      bytes: 450288,
      sha256: 'd97a0c69fc2206555dccccf85c99c0bc75eafffa2c7cacd4d7af926c7c3b6426',
    },
    {
      file: 'mnist/test-00000.bin',
      split: 'test',
      first: 0,
      count: 2000,
      bytes: 326522,
      sha256: 'ff857da9274d5246e677f04b446ac5525617df3b19164e63ac73b23d341a0997',
    },
    {
      file: 'mnist/test-02000.bin',
      split: 'test',
      first: 2000,
      count: 2000,
      bytes: 331589,
      sha256: 'bf193e3f58e629d6b64ba0bb3b81f26fb28983a0bddf6b17bc9e7df36dfca4e5',
    },
    {
      file: 'mnist/test-04000.bin',
      split: 'test',
      first: 4000,
      count: 2000,
      bytes: 331811,
      sha256: '78195cb101e41be1f13f06d481de94144f2396f02779c32ca6bd21ee3632699d',
    },
    {
      file: 'mnist/test-06000.bin',
      split: 'test',
      first: 6000,
      count: 2000,
      bytes: 339461,
      sha256: '1407d3ce993c1f84386c6d92847dfb20a202af36ed1042e70a6de68f42f98ea3',
    },
    {
      file: 'mnist/test-08000.bin',
      split: 'test',
      first: 8000,
      count: 2000,
      bytes: 345287,
      sha256: '005b91d514d5955aff6a79527488d23db337292b02499f67ba7b8fa85e9d17f8',
    },
  ],
};

export const fashionImages: ShippedImages = {
  mean: 0.2861,
  std: 0.3528,
  pieces: [
    {
      file: 'fashion-mnist/train-00000.bin',
      split: 'train',
      first: 0,
      count: 2048,
      bytes: 913108,
      sha256: 'bb738180a72157dc73e1a37b0170cf9456d38e1ee8a1d43fe1c87a5b9c7fff37',
    },
    {
      file: 'fashion-mnist/train-02048.bin',
      split: 'train',
      first: 2048,
      count: 2048,
      bytes: 912221,
      sha256: 'ce4773facd279f5fb01720df471a6ff1e3ce917631ba738ed20b85ea9203d48b',
    },
    {
      file: 'fashion-mnist/train-04096.bin',
      split: 'train',
      first: 4096,
      count: 2048,
      bytes: 915480,
      sha256: '243de81edb39e65b4181e0fe9b39d38b5fd423f656e84cf2eaf79b0a7e2d2141',
    },
    {
      file: 'fashion-mnist/train-06144.bin',
      split: 'train',
      first: 6144,
      count: 2048,
      bytes: 913757,
      sha256: 'ea1a255b9d37e5ed5ff87e29d37037a7035798ab478aa7430255c114eb39359b',
    },
    {
      file: 'fashion-mnist/train-08192.bin',
      split: 'train',
      first: 8192,
      count: 2048,
      bytes: 913620,
      sha256: '86a1bdfb014f16714b61d90f23a6705407637364f497add3ba4b2099ad262288',
    },
    {
      file: 'fashion-mnist/train-10240.bin',
      split: 'train',
      first: 10240,
      count: 2048,
      bytes: 913573,
      sha256: '3a9b22b046069aa9a255e44926a03cb338719912ca0d958aa042f6405fed1650',
    },
    {
      file: 'fashion-mnist/test-00000.bin',
      split: 'test',
      first: 0,
      count: 2000,
      bytes: 893384,
      sha256: '0aae8890dc1e75d70a6939a4a899ebbf4b629d8cef6d0236d0d758751125f215',
    },
    {
      file: 'fashion-mnist/test-02000.bin',
      split: 'test',
      first: 2000,
      count: 2000,
      bytes: 887396,
      sha256: '9fed1a001154c8a7fbdb6114a3be0c77bf5f592a6f09be55f2e94d1dae4bc488',
    },
    {
      file: 'fashion-mnist/test-04000.bin',
      split: 'test',
      first: 4000,
      count: 2000,
      bytes: 889062,
      sha256: '714e8340bff532a86ef8ccb2f4deaa336011a461eed86162f38eb60f17cb751f',
    },
    {
      file: 'fashion-mnist/test-06000.bin',
      split: 'test',
      first: 6000,
      count: 2000,
      bytes: 888256,
      sha256: '9e2bc955ab392118e9888f960c772b1081bbd4b113af28c9959c06afa81f9cd4',
    },
    {
      file: 'fashion-mnist/test-08000.bin',
      split: 'test',
      first: 8000,
      count: 2000,
      bytes: 896735,
      sha256: '773d152cbe66ef0b1097f0dfabf0a1421ea73971df86e31a72fc6cd97bbd9597',
    },
  ],
};

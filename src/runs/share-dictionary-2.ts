import { shareDictionary1 } from './share-dictionary-1.ts';

/**
 * As `shareDictionary1`, for links of version 2: pieces of their options come first. It belongs to the format of those links
 * and NEVER changes; a better dictionary is a new link version.
 */
export const shareDictionary2 = `\
"training.batch_size","training.seed","training.epochs","training.optimizer.lr",.bits_weights",.final_sparsity",.ending_epoch",\
"f":["Learning rate","Bit-widths","Size","Loss","Sparsity","Accuracy"],"n":"\
{"v":{"t":"write","t":"layers","t":"runs","t":"watch","d":"analyses","d":"cost","d":"inspect","r":"overlay","r":"pareto","r":"series","r":"table",\
"w":"conv1.weight","e":0},"r":{"a":0.97,"s":0.9,"n":1,"b":"cpu","b":"webgl","b":"webgpu","t":0.005},\
"t":{"h":["promise","measured","notes","problems"],"l":"all","l":["pruners.gradual.final_sparsity"],"p":["accuracy","sparsity"]}}\
${shareDictionary1}`;

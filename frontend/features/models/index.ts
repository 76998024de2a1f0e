export { ModelPicker } from "./lazy-picker";
export { modelName, useChosenModel, useModels } from "./models";

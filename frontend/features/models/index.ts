export { ModelPicker } from "./lazy-picker";
export { modelName, useChosenModelId, useModels } from "./models";

export { ModelPicker, modelName, useChosenModel, useModels } from "./model-picker";

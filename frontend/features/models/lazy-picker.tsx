"use client";

import dynamic from "next/dynamic";
import { MODEL_BUTTON, ModelFace } from "./models";

/** Its menu comes after the page; until then only what it shows is there. */
export const ModelPicker = dynamic(
  () => import("./model-picker").then((module) => module.ModelPicker),
  {
    ssr: false,
    loading: () => (
      <span className={MODEL_BUTTON}>
        <ModelFace />
      </span>
    ),
  },
);

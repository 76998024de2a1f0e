export { ChatPage } from "./chat-page";
export { ConversationsProvider } from "./registry";

package io.nexus.server.mock;

/** The providers' APIs, distinguished by the path of a request. */
public enum Api {
  /** OpenAI's chat completions. */
  CHAT,
  /** OpenAI's older completions of a prompt. */
  COMPLETIONS,
  /** OpenAI's responses. */
  RESPONSES,
  /** Anthropic's messages. */
  MESSAGES,
  /** Google's generateContent, whole and as a stream. */
  GEMINI,
  /** OpenAI's embeddings. */
  EMBEDDINGS;

  /** The API of a path; chat if it is no other. */
  static Api of(String path) {
    String plain = path.split("\\?", 2)[0];
    if (plain.contains(":generateContent") || plain.contains(":streamGenerateContent")) {
      return GEMINI;
    }
    if (plain.endsWith("/responses")) {
      return RESPONSES;
    }
    if (plain.endsWith("/messages")) {
      return MESSAGES;
    }
    if (plain.endsWith("/completions") && !plain.endsWith("/chat/completions")) {
      return COMPLETIONS;
    }
    return plain.endsWith("/embeddings") ? EMBEDDINGS : CHAT;
  }

  /** The model that a path of Google's API names. */
  static String geminiModel(String path) {
    int end = path.lastIndexOf(':');
    return path.substring(path.lastIndexOf('/', end) + 1, end);
  }
}

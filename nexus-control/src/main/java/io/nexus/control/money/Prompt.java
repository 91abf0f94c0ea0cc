package io.nexus.control.money;

import java.util.List;

/**
 * The parts of a request that a provider counts as input.
 *
 * @param messages the number of messages
 * @param names the number of messages with a name
 * @param texts all text: roles, names, contents, the names and arguments of tool calls
 * @param tools each tool definition and response schema, as the JSON text that the client sent
 * @param images the images
 * @param attachmentBytes the decoded size of all audio and file parts, in bytes
 * @param ids the number of tokens that the client sends as token ids
 */
public record Prompt(
    int messages,
    int names,
    List<String> texts,
    List<String> tools,
    List<Image> images,
    long attachmentBytes,
    long ids) {

  /** Copies the lists. */
  public Prompt {
    texts = List.copyOf(texts);
    tools = List.copyOf(tools);
    images = List.copyOf(images);
  }

  /** A prompt without ids. */
  public Prompt(
      int messages,
      int names,
      List<String> texts,
      List<String> tools,
      List<Image> images,
      long attachmentBytes) {
    this(messages, names, texts, tools, images, attachmentBytes, 0);
  }

  /** Whether it has images, sound or files. */
  public boolean hasMedia() {
    return !images.isEmpty() || attachmentBytes > 0;
  }

  /** This prompt without its images, sound and files. */
  public Prompt onlyText() {
    return new Prompt(messages, names, texts, tools, List.of(), 0, ids);
  }

  /**
   * An image of a prompt.
   *
   * @param lowDetail whether the client asked for {@code "detail": "low"}
   */
  public record Image(boolean lowDetail) {}
}

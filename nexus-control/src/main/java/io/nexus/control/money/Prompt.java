package io.nexus.control.money;

import java.util.List;

/**
 * What a provider counts as input of a request, taken apart by kind.
 *
 * @param messages how many messages
 * @param names how many of them say who speaks
 * @param texts everything counted as text: roles, names, contents, the names and arguments of tool
 *     calls
 * @param tools each tool definition, as the JSON text that the client sent; also a response schema
 * @param images each image
 * @param attachmentBytes size of all audio and file parts, decoded
 * @param ids tokens that the client has counted itself: it sends their ids
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

  /**
   * An image of a prompt.
   *
   * @param lowDetail whether the client asked for {@code "detail": "low"}
   */
  public record Image(boolean lowDetail) {}
}

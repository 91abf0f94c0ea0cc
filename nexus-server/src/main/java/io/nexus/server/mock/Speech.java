package io.nexus.server.mock;

import io.nexus.server.mock.UpstreamReply.Chunk;
import io.nexus.server.mock.UpstreamReply.Events;
import io.nexus.server.mock.UpstreamReply.UsageChunk;
import io.nexus.server.mock.UpstreamReply.Whole;
import java.util.ArrayList;
import java.util.List;

/**
 * A model's answer to one request, a text or a tool call, rendered in the request's API, in one
 * piece or as a stream with one event for each piece.
 *
 * @param tool the name of the called tool; empty for a text
 * @param pieces the text, or the call's arguments as JSON
 * @param pieceTokens the tokens of each piece
 * @param hidden the hidden reasoning tokens before it
 * @param isCut whether the text ends at the request's limit
 * @param billed the billed usage
 * @param reported the reported usage, which may differ
 */
public record Speech(
    String tool,
    List<String> pieces,
    long pieceTokens,
    long hidden,
    boolean isCut,
    UpstreamUsage billed,
    UpstreamUsage reported) {

  /** An answer without hidden reasoning, with true usage and one token for each piece. */
  public static Speech of(List<String> tokens, boolean isCut, UpstreamUsage usage) {
    return new Speech("", tokens, 1, 0, isCut, usage, usage);
  }

  /**
   * A tool call without hidden reasoning, with true usage, in one piece.
   *
   * @param arguments as JSON
   */
  public static Speech call(String tool, String arguments, UpstreamUsage usage) {
    return new Speech(tool, List.of(arguments), usage.completion(), 0, false, usage, usage);
  }

  /** The answer in the form that the request asks for. */
  public UpstreamReply to(UpstreamRequest request) {
    return request.streaming() ? stream(request) : whole(request);
  }

  /** The answer in one piece. */
  public Whole whole(UpstreamRequest request) {
    return UpstreamReply.json(200, Wording.of(this, request).whole(), billed);
  }

  /**
   * The answer as a stream. Hidden tokens are generated and billed before the first visible one.
   */
  public Events stream(UpstreamRequest request) {
    Wording wording = Wording.of(this, request);
    List<Chunk> chunks = new ArrayList<>(wording.opening());
    if (hidden > 0) {
      chunks.add(new Chunk("", hidden));
    }
    for (int i = 0; i < pieces.size(); i++) {
      chunks.add(new Chunk(wording.delta(pieces.get(i), i == 0), pieceTokens));
    }
    chunks.addAll(wording.closing());
    return UpstreamReply.events(chunks, billed)
        .usageChunk(wording.endsInDone() ? UsageChunk.NEVER : UsageChunk.BARE);
  }

  boolean isCall() {
    return !tool.isEmpty();
  }

  String text() {
    return String.join("", pieces);
  }

  String openAiEnd() {
    return isCut ? "length" : "stop";
  }
}

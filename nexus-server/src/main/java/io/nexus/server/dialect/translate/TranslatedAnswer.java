package io.nexus.server.dialect.translate;

import io.nexus.control.money.Money;
import io.nexus.server.dialect.Answer;
import io.nexus.server.dialect.ProviderError;
import io.nexus.server.dialect.ReportedUsage;
import io.nexus.server.dialect.UnitsUsed;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An answer in one piece, parsed in the backend's API and forwarded in the client's.
 *
 * @param answer the parsed answer
 * @param back translates it to the client's API
 */
record TranslatedAnswer(Answer answer, Translation.Back back) implements Answer {

  @Override
  public ReportedUsage usage() {
    return answer.usage();
  }

  @Override
  public boolean isUsageLast() {
    return answer.isUsageLast();
  }

  @Override
  public UnitsUsed units() {
    return answer.units();
  }

  @Override
  public boolean hitsLimit() {
    return answer.hitsLimit();
  }

  @Override
  public @Nullable ProviderError error() {
    return answer.error();
  }

  /** The body in the client's API; an unreadable answer becomes an empty one. */
  @Override
  public byte[] withCost(byte[] body, Money cost) {
    var original = answer.withCost(body, cost);
    try {
      return Tree.bytes(back.answer(Tree.answer(original, 0, original.length)));
    } catch (IOException e) {
      return Tree.bytes(back.answer(Tree.object()));
    }
  }
}

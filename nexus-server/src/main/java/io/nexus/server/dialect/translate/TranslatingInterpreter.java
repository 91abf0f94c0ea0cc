package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.control.money.ModelFacts.Thinking;
import io.nexus.control.routing.Api;
import io.nexus.control.routing.Candidate;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.Call;
import io.nexus.server.dialect.Dialect;
import io.nexus.server.dialect.Interpreter;
import io.nexus.server.dialect.Translated;
import io.nexus.server.dialect.request.RequestFields;
import io.nexus.server.http.ApiException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;

/**
 * Translates a request and has it parsed by the dialect of the backend's API. Safe for any number
 * of threads.
 */
public final class TranslatingInterpreter implements Interpreter {

  private final List<Dialect> dialects;
  private final List<Translation> translations;

  /**
   * An interpreter with these translations.
   *
   * @param clock gives the time of an answer, in APIs that state it
   */
  public TranslatingInterpreter(List<Dialect> dialects, InstantSource clock) {
    this.dialects = dialects;
    this.translations = Translations.all(clock);
  }

  @Override
  public Asked interpret(Asked asked, Candidate candidate) {
    var from = asked.needs().api();
    var to = candidate.backend().asked(from);
    if (to == null) {
      throw new IllegalArgumentException(candidate + " cannot be asked in any API");
    }
    if (from.isFree()) {
      return new CountedHere(asked, to, candidate.estimate().inputTokens());
    }
    if (asked.sent().length == 0) {
      throw untranslatable(from);
    }
    var said = translation(from, to).say(body(asked), target(candidate));
    var call = new Call(said.target(), TranslatingInterpreter::query, Tree.bytes(said.body()));
    var translated = new Translated(from, to, said.omitted());
    return new TranslatedRequest(asked, dialect(to).read(call), said.back(), translated);
  }

  private static ObjectNode body(Asked asked) {
    try {
      return Tree.request(asked.sent());
    } catch (IOException e) {
      throw RequestFields.notJson(e);
    }
  }

  /** The query of a translated request, which only asks for a stream of events. */
  private static String query(String name) {
    return name.equals("alt") ? "sse" : "";
  }

  private static Translation.Target target(Candidate candidate) {
    var facts = candidate.offer().facts();
    boolean thinks = facts.thinking() != Thinking.NEVER && facts.thinking() != Thinking.UNKNOWN;
    return new Translation.Target(
        thinks,
        facts.longestOutput(),
        candidate.backend().type().equals("openai"),
        candidate.estimate().inputTokens(),
        false);
  }

  private Translation translation(Api from, Api to) {
    for (var each : translations) {
      if (each.from() == from && each.to() == to) {
        return each;
      }
    }
    throw untranslatable(from);
  }

  private static ApiException untranslatable(Api from) {
    return ApiException.badRequest(
        null,
        ("The backend that would serve this request does not speak the %s API, and it cannot be"
                + " translated: ask for a model at a backend that does.")
            .formatted(from.title()));
  }

  private Dialect dialect(Api api) {
    for (var each : dialects) {
      if (each.api() == api || each.api() == api.family()) {
        return each;
      }
    }
    throw new IllegalStateException("no dialect of " + api);
  }
}

package io.nexus.control.pipeline;

import static io.nexus.control.pipeline.Requests.cloud;
import static io.nexus.control.pipeline.Requests.local;
import static io.nexus.control.pipeline.Requests.names;
import static io.nexus.control.pipeline.Requests.offer;
import static io.nexus.control.pipeline.Requests.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.routing.RoutingIntent;
import io.nexus.control.spi.Reconciler;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineTest {

  private record Stage(String name, Place place, boolean guard, UnaryOperator<RoutingIntent> step)
      implements Reconciler {
    @Override
    public RoutingIntent reconcile(RoutingIntent intent) {
      return step.apply(intent);
    }
  }

  private static Stage stage(String name, Reconciler.Place place) {
    return new Stage(name, place, false, intent -> intent);
  }

  private final List<String> failures = new ArrayList<>();

  private Pipeline pipeline(Reconciler... extensions) {
    return new Pipeline(
        List.of(extensions), (stage, problem) -> failures.add(stage + " " + problem));
  }

  private static RoutingIntent intent() {
    return Requests.intent(
        request("m"), Requests.RULES, offer(cloud("a"), "m"), offer(local("b"), "m"));
  }

  @Test
  void stages_extensions_standAtTheirPlacesByName() {
    var pipeline =
        pipeline(
            stage("z", Reconciler.Place.AFTER_ANALYSIS),
            stage("y", Reconciler.Place.AFTER_QUALITY),
            stage("b", Reconciler.Place.AFTER_PRIVACY),
            stage("a", Reconciler.Place.AFTER_PRIVACY),
            stage("t", Reconciler.Place.AFTER_TIER),
            stage("m", Reconciler.Place.AFTER_BUDGET));
    assertEquals(
        List.of("z", "privacy", "a", "b", "budget", "m", "tier", "t", "quality", "y"),
        pipeline.stages());
  }

  @Test
  void run_stageThatNarrows_isFollowed() {
    var pipeline =
        pipeline(
            new Stage(
                "no-b",
                Reconciler.Place.AFTER_QUALITY,
                false,
                intent ->
                    intent.exclude("no-b", each -> each.backend().name().equals("b"), "is b")));
    var narrowed = pipeline.run(intent());
    assertEquals(List.of("a"), names(narrowed.candidates()));
    assertEquals(List.of("b/m no-b: is b"), Requests.reasons(narrowed));
    assertEquals(List.of(), failures);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void run_stageThatThrows_isSkippedUnlessItIsAGuard(boolean guard) {
    assertFails(
        guard,
        "threw java.lang.IllegalStateException",
        _ -> {
          throw new IllegalStateException("a prompt's text must not get out");
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void run_stageThatIsLinkedWrongly_isSkippedUnlessItIsAGuard(boolean guard) {
    assertFails(
        guard,
        "threw java.lang.NoClassDefFoundError",
        _ -> {
          throw new NoClassDefFoundError("gone");
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void run_stageThatAnswersForAnotherRequest_isSkippedUnlessItIsAGuard(boolean guard) {
    var problem = "returned an intent that does not narrow the given one";
    assertFails(guard, problem, _ -> intent());
    failures.clear();
    assertFails(
        guard,
        problem,
        _ -> Requests.intent(request("m"), Requests.RULES, offer(cloud("mine"), "m")));
  }

  @Test
  void run_stageThatBringsCandidatesBack_isSkipped() {
    var seen = new ArrayList<RoutingIntent>();
    var pipeline =
        pipeline(
            new Stage(
                "sees",
                Reconciler.Place.AFTER_ANALYSIS,
                false,
                intent -> {
                  seen.add(intent);
                  return intent;
                }),
            new Stage(
                "takes",
                Reconciler.Place.AFTER_PRIVACY,
                false,
                intent -> intent.exclude("takes", each -> each.backend().isLocal(), "local")),
            new Stage("restores", Reconciler.Place.AFTER_QUALITY, false, _ -> seen.getFirst()));
    var narrowed = pipeline.run(intent());
    assertEquals(List.of("a"), names(narrowed.candidates()));
    assertEquals(
        List.of("restores returned an intent that does not narrow the given one"), failures);
  }

  private void assertFails(boolean guard, String problem, UnaryOperator<RoutingIntent> step) {
    var narrowed =
        pipeline(new Stage("bad", Reconciler.Place.AFTER_TIER, guard, step)).run(intent());
    assertEquals(List.of("bad " + problem), failures);
    if (guard) {
      assertTrue(narrowed.candidates().isEmpty());
      assertEquals(
          List.of("a/m bad: the guard 'bad' failed", "b/m bad: the guard 'bad' failed"),
          Requests.reasons(narrowed));
    } else {
      assertEquals(List.of("a", "b"), names(narrowed.candidates()));
      assertEquals(List.of(), narrowed.exclusions());
    }
  }
}

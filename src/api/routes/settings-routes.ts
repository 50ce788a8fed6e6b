import { Type } from 'typebox';
import { Check } from 'typebox/value';
import type { ApiApp, ApiContext } from '../api-context.ts';
import { isoTime } from '../clock.ts';
import {
  Consent,
  Id,
  Preferences,
  Profile,
  ProfileList,
  ProfilePatch,
  ProfileRequest,
  Retention,
  SafetyAnswers,
  Settings,
} from '../contract.ts';
import { WearerState } from '../guidance/wearer-state.ts';
import { ProblemError } from '../problem.ts';
import { consentOf } from '../recorder/consent.ts';
import { activeProfileId, chooseProfile } from './active-profile.ts';

const KEEP_ALL: Retention = { raw_days: null, walk_days: null };
const Params = Type.Object({ id: Id });

/** Consent, safety answers, preferences, retention, and the people who walk. */
export function settingsRoutes(app: ApiApp, { store, clock, audit }: ApiContext): void {
  const settings = (): Settings => {
    const profileId = activeProfileId(store);
    const safety = store.settings.get(profileId, 'safety');
    const preferences = store.settings.get(profileId, 'preferences');
    const retention = store.settings.get(null, 'retention');
    return {
      consent: consentOf(store, profileId),
      safety: Check(SafetyAnswers, safety) ? safety : null,
      preferences: Check(Preferences, preferences) ? preferences : {},
      retention: Check(Retention, retention) ? retention : KEEP_ALL,
    };
  };
  const schema = { tags: ['settings'], response: { 200: Settings } };

  app.get(
    '/settings',
    { config: { scope: 'read' }, schema: { ...schema, summary: 'Settings of the active profile' } },
    settings,
  );

  app.put(
    '/settings/consent',
    { config: { scope: 'record' }, schema: { ...schema, summary: 'Consent to keep data here', body: Consent } },
    (request) => {
      store.settings.set(activeProfileId(store), 'consent', { given_at: isoTime(clock.wallMs()), ...request.body });
      return settings();
    },
  );
  app.put(
    '/settings/safety',
    {
      config: { scope: 'record' },
      schema: { ...schema, summary: 'Answers to the safety questions', body: SafetyAnswers },
    },
    (request) => {
      new WearerState(store, activeProfileId(store)).answer(request.body, clock.wallMs());
      return settings();
    },
  );
  app.put(
    '/settings/preferences',
    { config: { scope: 'record' }, schema: { ...schema, summary: 'Language, theme, sound', body: Preferences } },
    (request) => {
      store.settings.set(activeProfileId(store), 'preferences', request.body);
      return settings();
    },
  );
  app.put(
    '/settings/retention',
    { config: { scope: 'admin' }, schema: { ...schema, summary: 'How long data is kept', body: Retention } },
    (request) => {
      store.settings.set(null, 'retention', request.body);
      const { raw_days, walk_days } = request.body;
      audit.note(request, 'retention_changed', `raw ${raw_days ?? 'for ever'}, walks ${walk_days ?? 'for ever'}`);
      return settings();
    },
  );

  const present = (profile: { id: string; name: string; createdAtMs: number }): Profile => ({
    id: profile.id,
    name: profile.name,
    created_at: isoTime(profile.createdAtMs),
    active: profile.id === activeProfileId(store),
  });
  const nameOf = (name: string): string => {
    if (name.trim() === '')
      throw new ProblemError(400, 'invalid', 'In the body, name: expected a name, found an empty one.');
    return name.trim();
  };

  app.get(
    '/profiles',
    { config: { scope: 'read' }, schema: { tags: ['profiles'], summary: 'Who walks', response: { 200: ProfileList } } },
    () => ({ items: store.profiles.list().map(present) }),
  );
  app.post(
    '/profiles',
    {
      config: { scope: 'admin' },
      schema: { tags: ['profiles'], summary: 'Add a person', body: ProfileRequest, response: { 201: Profile } },
    },
    (request, reply) => {
      const profile = store.profiles.create({ name: nameOf(request.body.name) });
      if (request.body.active === true) chooseProfile(store, profile.id);
      void reply.code(201);
      return present(profile);
    },
  );
  app.patch(
    '/profiles/:id',
    {
      config: { scope: 'admin' },
      schema: {
        tags: ['profiles'],
        summary: 'Rename, or make active',
        params: Params,
        body: ProfilePatch,
        response: { 200: Profile },
      },
    },
    (request) => {
      const { id } = request.params;
      const { name, active } = request.body;
      let profile = store.profiles.get(id);
      if (name !== undefined) profile = store.profiles.rename(id, nameOf(name));
      if (active === true) chooseProfile(store, id);
      return present(profile);
    },
  );
  app.delete(
    '/profiles/:id',
    {
      config: { scope: 'admin' },
      schema: {
        tags: ['profiles'],
        summary: 'Remove a person without walks',
        params: Params,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      store.profiles.get(id);
      if (store.walks.list({ profileId: id, limit: 1 }).items.length > 0)
        throw new ProblemError(409, 'has_walks', 'This person has walks.', {
          whatToDo: 'Erase the person with POST /api/v1/erase; that asks for the name.',
        });
      await store.eraseProfile(id);
      audit.note(request, 'profile_removed');
      void reply.code(204);
      return null;
    },
  );
}

using TraceMQ.Tests.Doubles;
using TraceMQ.Tests.Screens;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Confirm;
using TraceMQ.Tui.Screens.Forms;
using TraceMQ.Tui.Screens.ProfileForm;
using TraceMQ.Tui.Screens.Profiles;

namespace TraceMQ.Tests.Core;

public sealed class ProfileFormTests
{
    private readonly Desk _desk = new(Fakes.Profiles);

    [Fact]
    public void A_new_profile_holds_what_was_filled_in_and_no_defaults()
    {
        _desk.Do("new-profile");
        Fill(("name", " mine "), ("url", "fake://example.com:4000"), ("read_only", "true"), ("mode", "client"));
        _desk.Take(new FormSubmitted());

        var save = _desk.Only<Effect.SaveProfile>();
        Assert.Null(save.Replacing);
        Assert.Equal(("mine", "fake"), (save.Profile.Name, save.Profile.Protocol));
        Assert.Equal(["read_only", "url"], save.Profile.Values.Keys.Order(StringComparer.Ordinal));
        _desk.Take(new ProfileSaved(true, "saved"));
        Assert.Null(_desk.State.Top);
    }

    [Fact]
    public void Editing_changes_only_what_was_changed_and_keeps_references()
    {
        Select("secret");
        _desk.Do("edit-profile");
        Fill(("fake.client_id", "yours"), ("name", "renamed"));
        _desk.Take(new FormSubmitted());

        var save = _desk.Only<Effect.SaveProfile>();
        Assert.Equal(("secret", "renamed"), (save.Replacing, save.Profile.Name));
        var before = _desk.State.Config.Find("secret")!.Raw.Values;
        Assert.Equal(before.Keys.Order(), save.Profile.Values.Keys.Order());
        Assert.Equal(new RawValue.Text("${prompt}"), save.Profile.Values["auth.password"]);
        Assert.Equal(before["url"], save.Profile.Values["url"]);
        Assert.Equal("yours", Assert.IsType<RawValue.Text>(save.Profile.Values["fake.client_id"]).Value);
    }

    [Fact]
    public void A_key_that_no_field_shows_is_neither_lost_nor_saved_unseen()
    {
        var odd = new Desk("[profiles.odd]\nprotocol = \"fake\"\nurl = \"fake://localhost:1\"\ncolour = \"red\"");
        odd.Do("edit-profile");
        odd.Take(new FieldTyped("group", "new"));
        odd.Take(new FormSubmitted());
        Assert.DoesNotContain(odd.Effects, effect => effect is Effect.SaveProfile);
        Assert.Contains("colour", odd.State.Find<ProfileFormState>()!.Answer!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_that_was_typed_is_hidden_and_kept()
    {
        _desk.Do("new-profile");
        Fill(("name", "n"), ("auth.username", "me"), ("auth.password", "hunter2"));
        Assert.DoesNotContain("hunter2", _desk.Paint().Text, StringComparison.Ordinal);
        _desk.Take(new FormSubmitted());
        Assert.Equal(
            "hunter2",
            Assert.IsType<RawValue.Text>(_desk.Only<Effect.SaveProfile>().Profile.Values["auth.password"]).Value
        );
    }

    [Fact]
    public void An_emptied_field_takes_its_key_away()
    {
        Select("secret");
        _desk.Do("edit-profile");
        Fill(("fake.client_id", ""));
        _desk.Take(new FormSubmitted());
        Assert.DoesNotContain("fake.client_id", _desk.Only<Effect.SaveProfile>().Profile.Values.Keys);
    }

    [Fact]
    public void A_copy_has_a_free_name_and_replaces_nothing()
    {
        Select("one");
        _desk.Do("duplicate-profile");
        Assert.Equal("one 2", Form().TextOf("name"));
        _desk.Take(new FormSubmitted());
        var save = _desk.Only<Effect.SaveProfile>();
        Assert.Null(save.Replacing);
        Assert.Equal("one 2", save.Profile.Name);
    }

    [Theory]
    [InlineData("", "needs a name")]
    [InlineData("two", "already")]
    public void A_name_must_be_there_and_free(string name, string sentence)
    {
        _desk.Do("new-profile");
        Fill(("name", name));
        _desk.Take(new FormSubmitted());
        Assert.DoesNotContain(_desk.Effects, effect => effect is Effect.SaveProfile);
        Assert.Contains(sentence, Form().Answer!.Text, StringComparison.Ordinal);
        Assert.Equal(0, Form().FocusedField);
    }

    [Fact]
    public void What_is_wrong_is_marked_where_it_is()
    {
        _desk.Do("new-profile");
        Fill(("name", "n"), ("url", "fake://localhost:99999"));
        _desk.Take(new FormSubmitted());
        Assert.NotEqual("", Form().Fields.Find(field => field.Key == "url")!.Problem);
        Fill(("url", "fake://localhost:9999"));
        _desk.Take(new FormSubmitted());
        _desk.Only<Effect.SaveProfile>();
    }

    [Fact]
    public void A_save_that_failed_leaves_the_form_with_the_reason()
    {
        _desk.Do("new-profile");
        Fill(("name", "n"));
        _desk.Take(new ProfileSaved(false, "the file changed on disk"));
        Assert.Equal("the file changed on disk", Form().Answer!.Text);
    }

    [Fact]
    public void Steps_of_a_test_are_shown_and_those_of_an_older_one_are_not()
    {
        Select("one");
        _desk.Do("edit-profile");
        _desk.Do("test-profile");
        var test = _desk.Only<Effect.TestProfile>();
        _desk.Take(new ProfileTested(test.Generation - 1, new TestStep("old", true, TimeSpan.Zero, "x")));
        Assert.Equal("trying…", Form().Answer!.Text);
        _desk.Take(new ProfileTested(test.Generation, new TestStep("TCP", false, TimeSpan.Zero, "refused")));
        Assert.Equal("TCP: refused", Form().Answer!.Text);
        Assert.Equal(StatusLevel.Error, Form().Answer!.Level);
    }

    [Fact]
    public void Deleting_a_production_profile_asks_for_its_name()
    {
        Select("one");
        _desk.Do("delete-profile");
        Assert.Equal("one", _desk.Only<Effect.RemoveProfile>().Name);
        Select("live");
        _desk.Do("delete-profile");
        Assert.IsType<ConfirmState>(_desk.State.Top);
        Assert.DoesNotContain(_desk.Effects, effect => effect is Effect.RemoveProfile);
    }

    private ProfileFormState Form() => _desk.State.Find<ProfileFormState>()!;

    private void Select(string profile) =>
        _desk.Take(new AppEvent.ProfileRowSelected(ProfileRows.KeyOfProfile(profile)));

    private void Fill(params (string Key, string Text)[] fields)
    {
        foreach (var (key, text) in fields)
            _desk.Take(new FieldTyped(key, text));
    }
}

/** Frequent words whose forms have no stem in common by any rule; each line: the word that stands for all, and the other forms. */
const RUSSIAN = `
день дня дню днем дне дни дней дням днями днях
письмо писем
время времени временем времена времен временам временами временах
имя имени именем имена имен именам именами именах
деньги денег
человек люди людей людям людьми людях
ребенок дети детей детям детьми детях
друг друзья друзей друзьям друзьями друзьях
песня песен
сестра сестер
лед льда льду льдом льде
сон сна сну сном сне сны снов снам снами снах
мать матери матерью матерей матерям матерями матерях
дочь дочери дочерью дочерей дочерям дочерьми дочерях
цветок цветка цветку цветком цветке цветы цветов цветам цветами цветах
тюрьма тюрем
любовь любви любовью
церковь церкви церковью церквей церквам церквах
идти иду идешь идет идем идете идут иди идите шел шла шло шли шедший
пойти пойду пойдешь пойдет пойдем пойдете пойдут пошел пошла пошло пошли
прийти приду придешь придет придем придете придут приди придите пришел пришла пришло пришли пришедший
найти найду найдешь найдет найдем найдете найдут найди найдите нашел нашла нашло нашли найден найдена найдено найдены
выйти выйду выйдешь выйдет выйдем выйдете выйдут выйди выйдите вышел вышла вышло вышли
зайти зайду зайдешь зайдет зайдем зайдете зайдут зайди зайдите зашел зашла зашло зашли
уйти уйду уйдешь уйдет уйдем уйдете уйдут уйди уйдите ушел ушла ушло ушли
перейти перейду перейдешь перейдет перейдем перейдете перейдут перешел перешла перешло перешли
мочь могу можешь может можем можете могут мог могла могло могли
хотеть хочу хочешь хочет хотим хотите хотят хотел хотела хотело хотели
бежать бегу бежишь бежит бежим бежите бегут бежал бежала бежали
ехать еду едешь едет едем едете едут ехал ехала ехали
взять возьму возьмешь возьмет возьмем возьмете возьмут возьми возьмите взял взяла взяло взяли
понять пойму поймешь поймет поймем поймете поймут пойми поймите понял поняла поняло поняли
дать дам дашь даст дадим дадите дадут дай дайте дал дала дало дали
послать пошлю пошлешь пошлет пошлем пошлете пошлют послал послала послали
звать зову зовешь зовет зовем зовете зовут звал звала звали
ждать жду ждешь ждет ждем ждете ждут ждал ждала ждали
брать беру берешь берет берем берете берут брал брала брали бери берите
забрать заберу заберешь заберет заберем заберете заберут забрал забрала забрали забери заберите
собрать соберу соберешь соберет соберем соберете соберут собрал собрала собрали собери соберите
выбрать выберу выберешь выберет выберем выберете выберут выбрал выбрала выбрали выбери выберите
начать начну начнешь начнет начнем начнете начнут начал начала начало начали
принять приму примешь примет примем примете примут прими примите принял приняла приняли принят принята приняты
снять сниму снимешь снимет снимем снимете снимут сними снимите снял сняла сняли снят снята сняты
оплатить оплачу оплачен оплачена оплачено оплачены
искать ищу ищешь ищет ищем ищете ищут ищи ищите искал искала искали
видеть вижу видишь видит видим видите видят видел видела видело видели
увидеть увижу увидишь увидит увидим увидите увидят увидел увидела увидели
смотреть смотрю смотришь смотрит смотрим смотрите смотрят смотри смотрел смотрела смотрели
посмотреть посмотрю посмотришь посмотрит посмотрим посмотрите посмотрят посмотри посмотрел посмотрела посмотрели`;

const ENGLISH = `
have has had having
do does did done doing
go goes went gone going
begin began begun beginning
break broke broken
bring brought
build built
buy bought
catch caught
choose chose chosen
come came
drive drove driven
eat ate eaten
fall fell fallen
feel felt
find found
fly flew flown flies
forget forgot forgotten
get got gotten getting
give gave given
grow grew grown
hear heard
hide hid hidden
hold held
keep kept
know knew known
leave left
lend lent
lose lost
make made making
mean meant
meet met
pay paid
ride rode ridden
ring rang rung
rise rose risen
run ran running
say said
see saw seen
sell sold
send sent
shake shook shaken
show shown
sing sang sung
sit sat sitting
sleep slept
speak spoke spoken
spend spent
stand stood
steal stole stolen
swim swam swum
take took taken taking
teach taught
tell told
think thought
throw threw thrown
understand understood
wake woke woken
wear wore worn
win won winning
die dying
lie lying
tie tying
write wrote written writing
child children
foot feet
man men
mouse mice
person people
tooth teeth
wife wives
woman women`;

function readWords(lines: string): [word: string, forms: string[]][] {
  return lines
    .trim()
    .split('\n')
    .map((line) => {
      const [word = '', ...forms] = line.split(' ');
      return [word, forms];
    });
}

/** The forms of each irregular word, by the word that stands for them. */
export const IRREGULAR_FORMS: ReadonlyMap<string, readonly string[]> = new Map([
  ...readWords(RUSSIAN),
  ...readWords(ENGLISH),
]);

/** The word that stands for an irregular form, by the folded form. */
export const IRREGULAR_WORDS: ReadonlyMap<string, string> = new Map(
  [...IRREGULAR_FORMS].flatMap(([word, forms]) => forms.map((form) => [form, word] as const)),
);
